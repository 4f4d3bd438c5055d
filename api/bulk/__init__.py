"""Files of all the data: what there are, how each is made, and where the made ones are kept."""
