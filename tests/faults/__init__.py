"""What may go wrong between parsepy and its database, with the real programs and a proxy between them."""
