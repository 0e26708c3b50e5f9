"""The security report: how safe the settings of an app are."""
