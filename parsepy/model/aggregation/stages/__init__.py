"""The stages of pipelines, compiled to functions of a stream of documents."""
