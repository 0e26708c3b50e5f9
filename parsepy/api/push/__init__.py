"""What has to do with push notifications: audiences, and sending."""
