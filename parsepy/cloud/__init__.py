"""What the users of parsepy write cloud code with."""
