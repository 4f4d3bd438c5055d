"""What the service is called, and what it is in one sentence."""

TITLE = "Quipu"
SUMMARY = "Public programmes and the figures stated about them, each of which can be cited."
