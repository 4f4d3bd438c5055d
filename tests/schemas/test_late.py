"""A start does not compile what it does not need."""

import re
import subprocess
import sys

import pytest
from marshmallow import ValidationError
from marshmallow.validate import Email

from schemas.late import LatePattern, compiled_late


def test_the_pattern_of_an_email_address_is_not_compiled_at_a_start() -> None:
    program = (
        "import re; before = re.compile; import schemas; from marshmallow.validate import Email; "
        "print(re.compile is before, '_compiled' in vars(Email.DOMAIN_REGEX))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "True False\n"


def test_an_email_address_is_an_email_address_all_the_same() -> None:
    assert Email()("prensa@produce.gob.pe") == "prensa@produce.gob.pe"
    with pytest.raises(ValidationError, match="valid email"):
        Email()("prensa@produce_gob")


def test_a_late_pattern_does_what_the_pattern_does() -> None:
    late = LatePattern("(?P<one>a+)", re.IGNORECASE)
    assert late.sub("b", "xAAx") == "xbx"
    assert (late.pattern, late.groupindex) == ("(?P<one>a+)", {"one": 1})


def test_nobody_elses_patterns_are_late() -> None:
    with compiled_late():
        assert isinstance(re.compile("a"), re.Pattern)


def test_what_is_wrong_with_a_pattern_is_said_when_it_is_used() -> None:
    late = LatePattern("(", 0)
    with pytest.raises(re.error):
        late.match("")
