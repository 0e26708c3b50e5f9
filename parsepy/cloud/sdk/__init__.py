"""The SDK inside the server: what stands behind objects and queries, the built-in classes, and work done in one piece."""
