"""Data on its way in: reading the files of a data set, and checking what they say."""
