"""JSON as the house writes it, in bodies and in rows: compact, accents as they are."""

import json

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
dump = ENCODER.encode
