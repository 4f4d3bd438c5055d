"""Patterns of downloads and feeds."""

from contract.mutants.mutant import DOWNLOADS, SPOOL, Mutant

FEEDS = "tests/feeds/test_feeds.py"
WHOLE = "tests/contract/test_whole_collections.py"

FILES = (
    Mutant(
        "the rest of another file is not sent",
        "api/wire/ranges.py",
        """    if if_range is not None and if_range.strip() != f'"{tag}"':
        return None
""",
        "",
        DOWNLOADS,
    ),
    Mutant(
        "a range behind the end is told as such",
        "api/wire/ranges.py",
        """    if start >= size:
        raise Unsatisfiable
""",
        "",
        DOWNLOADS,
    ),
    Mutant(
        "the last bytes are the last bytes",
        "api/wire/ranges.py",
        "return Slice(size - length, length)",
        "return Slice(0, length)",
        DOWNLOADS,
    ),
    Mutant(
        "a file that is not what its name says is not served",
        "api/bulk/spool.py",
        "            if found == int(size):\n",
        "            if found is not None:\n",
        SPOOL,
    ),
    Mutant(
        "a maker that fails leaves nothing",
        "api/bulk/spool.py",
        "        finally:\n            path.unlink(missing_ok=True)\n        return Held",
        "        finally:\n            pass\n        return Held",
        SPOOL,
    ),
    Mutant(
        "a file ends somewhere",
        "api/bulk/spool.py",
        """        if self._written > self.limit:
            raise Full(f"it is larger than {self.limit} bytes")
""",
        "",
        f"{SPOOL} {DOWNLOADS}",
    ),
    Mutant(
        "the oldest versions give way",
        "api/bulk/spool.py",
        "            self._make_room(size)\n",
        "",
        SPOOL,
    ),
    Mutant(
        "a name in the spool is of one database",
        "api/bulk/spool.py",
        'return f"{self.version:010d}-{self.identity}-{self.name}"',
        'return f"{self.version:010d}-{self.name}"',
        DOWNLOADS,
    ),
    Mutant(
        "what is being made by the living is left alone",
        "api/lock.py",
        "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "pass",
        SPOOL,
    ),
    Mutant(
        "what is not all comes from no file of all",
        "api/views/collection.py",
        "if file and asked.query.names <= OF_ALL else None",
        "if file else None",
        WHOLE,
    ),
    Mutant(
        "a file that went since is made up for by the rows",
        "api/views/collection.py",
        "        yield from otherwise\n",
        "        yield from ()\n",
        WHOLE,
    ),
    Mutant(
        "who sends a file rests between its parts",
        "api/bulk/held.py",
        "            if length:\n                rest()\n",
        "",
        "tests/bulk/test_held.py",
    ),
    Mutant(
        "XML holds no character that it cannot",
        "api/wire/markup.py",
        'FORBIDDEN.sub("\\N{REPLACEMENT CHARACTER}", text)',
        "text",
        FEEDS,
    ),
    Mutant(
        "an archive says that it is one",
        "api/wire/formats/as_atom.py",
        """    if channel.archive:
        SubElement(feed, "fh:archive")
""",
        "",
        "tests/feeds/test_archives.py",
    ),
    Mutant(
        "a feed in another language is another feed",
        "api/views/channel.py",
        'id=links.tag(f"feeds/{asked.feed.name}{subject}/{asked.language}"),',
        'id=links.tag(f"feeds/{asked.feed.name}{subject}"),',
        FEEDS,
    ),
    Mutant(
        "a full part of an archive goes on where it ended",
        "api/views/channel.py",
        "        return write_archive(last.version, last.id, last.resource)\n",
        "        return write_archive(last.version)\n",
        "tests/feeds/test_archives.py",
    ),
    Mutant(
        "two files that are made at once do not take the same room",
        "api/bulk/spool.py",
        "            with locked(self.folder / ROOM):\n",
        "            if True:\n",
        SPOOL,
    ),
    Mutant(
        "a file that gave way to others is made again",
        "api/bulk/making.py",
        "        for _ in range(TIMES):\n",
        "        for _ in range(1):\n",
        DOWNLOADS,
    ),
    Mutant(
        "two that are called the same are two",
        "api/wire/wording.py",
        "_with_id(text, parse(k)) if called[text] > 1 else text for k",
        "text for k",
        "tests/wire/test_wording.py",
    ),
)
