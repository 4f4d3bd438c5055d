"""Where addresses lead: what Werkzeug has found once is not searched for again (decision 28)."""

import re
from typing import Any

from werkzeug.routing import Map, Rule

# Of a rule's last part: that it is whatever stands there, and what that is called.
WHATEVER = re.compile(r"<(\w+)>")


class Known:
    """Where addresses lead, by method: those that were asked, and of rules of which just the end
    is variable all that stand in the same folder."""

    def __init__(self, rules: Map) -> None:
        self._rules = rules
        self._fixed: dict[tuple[str, str], Rule] = {}
        # With the name of what is variable; None where a folder has other rules beside.
        self._folders: dict[tuple[str, str], tuple[Rule, str] | None] = {}

    def find(self, method: str, path: str) -> tuple[Rule, dict[str, Any]] | None:
        """The rule of an address, and the values of what is variable in it; None where that is to
        be searched for."""
        rule = self._fixed.get((method, path))
        if rule is not None:
            return rule, {}
        folder, _, last = path.rpartition("/")
        found = self._folders.get((method, folder))
        return (found[0], {found[1]: last}) if found and last else None

    def note(self, method: str, path: str, rule: Rule) -> None:
        """Keep what was found for an address."""
        if not rule.arguments:
            self._fixed[method, path] = rule
            return
        folder, _, last = rule.rule.rpartition("/")
        named = WHATEVER.fullmatch(last)
        if (method, folder) not in self._folders and named and rule.arguments == {named[1]}:
            alone = [other for other in self._rules.iter_rules() if _folder(other) == folder]
            self._folders[method, folder] = (rule, named[1]) if len(alone) == 1 else None


def _folder(rule: Rule) -> str:
    return rule.rule.rpartition("/")[0]
