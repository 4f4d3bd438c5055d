"""Who has a thread, the interpreter and the processor, when, and for how long. Nothing here knows
what is answered, or from where."""
