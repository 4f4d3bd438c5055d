"""Findings that are listed, as many as anybody will read, and others that are counted."""

from collections.abc import Iterable

from api.intake.finding import Finding

LISTED = 1000


class Few:
    """The first findings, and how many there are."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self.listed: list[Finding] = []
        self.number = 0
        self.extend(findings)

    @property
    def unlisted(self) -> int:
        return self.number - len(self.listed)

    def add(self, finding: Finding) -> None:
        self.number += 1
        if len(self.listed) < LISTED:
            self.listed.append(finding)

    def extend(self, findings: Iterable[Finding], unlisted: int = 0) -> None:
        """Add findings, and how many more there are that nobody listed."""
        for finding in findings:
            self.add(finding)
        self.number += unlisted
