"""What the service is called, and what it is in a few words and in one sentence."""

from schemas.about import Bilingual

TITLE = "Quipu"
SUBJECT = Bilingual(
    "public programmes and the figures stated about them",
    "programas públicos y las cifras que se dijeron de ellos",
)
HEADING = Bilingual(f"{TITLE}: {SUBJECT.en}", f"{TITLE}: {SUBJECT.es}")
SUMMARY = f"{SUBJECT.en.capitalize()}, each of which can be cited."
