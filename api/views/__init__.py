"""Blueprints: where the store and the wire meet."""
