"""The words that generated records are made of: (English, Spanish), and how often each is meant.

All of it is made up from plain words. No person, and no real programme, is in it.
"""

from typing import NamedTuple

Pair = tuple[str, str]

# What programmes are about, the commonest first.
CHAINS: tuple[Pair, ...] = (
    ("coffee", "café"),
    ("cacao", "cacao"),
    ("alpaca fibre", "fibra de alpaca"),
    ("anchovy for people's tables", "anchoveta para consumo humano"),
    ("avocados", "palta"),
    ("quinoa", "quinua"),
    ("trout", "trucha"),
    ("leather and footwear", "cuero y calzado"),
    ("grapes", "uva"),
    ("dairy", "lácteos"),
    ("native potatoes", "papa nativa"),
    ("clothing", "confecciones"),
    ("timber", "madera"),
    ("mangoes", "mango"),
    ("bananas", "banano"),
    ("asparagus", "espárrago"),
    ("silver jewellery", "joyería de plata"),
    ("ceramics", "cerámica"),
    ("sugar cane", "caña de azúcar"),
    ("honey", "miel de abeja"),
    ("olives", "aceituna"),
    ("bamboo", "bambú"),
    ("guinea pigs", "cuyes"),
    ("Brazil nuts", "castaña"),
    ("scallops", "concha de abanico"),
    ("metalworking", "metalmecánica"),
)
UNDERTAKINGS: tuple[tuple[str, str, str], ...] = (
    ("fund", "Fund for {}", "Fondo para {}"),
    ("plan", "Plan for the chain of {}", "Plan para la cadena de {}"),
    ("support_programme", "Support to producers of {}", "Apoyo a productores de {}"),
    ("roadmap", "Roadmap for {}", "Hoja de ruta de {}"),
    ("cluster_proposal", "Cluster of {}", "Clúster de {}"),
    ("innovation_programme", "Innovation in {}", "Innovación en {}"),
)
DESCRIPTION: Pair = (
    "Made up for measurements: brings producers of {} together with those who buy, finance and "
    "certify.",
    "Inventado para mediciones: reúne a productores de {} con quienes compran, financian y "
    "certifican.",
)


class Metric(NamedTuple):
    """What is measured, in which unit, how large it is (as powers of ten), and how it is said."""

    code: str
    unit: str
    smallest: float
    largest: float
    weight: int
    label: Pair


MONEY = (
    Metric("financing", "PEN", 4.5, 9.3, 24, ("Financing for {}", "Financiamiento para {}")),
    Metric("investment", "PEN", 5.0, 9.6, 14, ("Investment in {}", "Inversión en {}")),
    Metric("sales", "PEN", 4.0, 8.5, 7, ("Sales of {}", "Ventas de {}")),
)
COUNTS = (
    Metric("beneficiaries", "people", 1.3, 5.6, 18, ("Producers of {}", "Productores de {}")),
    Metric(
        "business_plans", "business_plans", 0.3, 4.0, 9, ("Business plans", "Planes de negocio")
    ),
    Metric("projects", "projects", 0.3, 3.5, 8, ("Projects on {}", "Proyectos de {}")),
    Metric("services", "services", 0.3, 4.2, 7, ("Services to {}", "Servicios para {}")),
    Metric("trainings", "trainings", 0.3, 3.3, 6, ("Trainings on {}", "Capacitaciones en {}")),
    Metric("area", "hectares", 1.0, 5.2, 5, ("Hectares of {}", "Hectáreas de {}")),
    Metric("jobs", "jobs", 1.0, 5.0, 5, ("Jobs in {}", "Empleos en {}")),
    Metric("plans", "plans", 0.0, 1.6, 2, ("Plans for {}", "Planes para {}")),
)
METRICS = (*MONEY, *COUNTS)
# Those that the core codelists do not have: (code, English, Spanish).
OWN_METRICS = (
    ("sales", "Sales", "Ventas"),
    ("trainings", "Trainings", "Capacitaciones"),
    ("area", "Area", "Superficie"),
    ("jobs", "Jobs", "Empleos"),
)
OWN_UNITS = (
    ("trainings", "trainings", "capacitaciones"),
    ("hectares", "hectares", "hectáreas"),
    ("jobs", "jobs", "empleos"),
)

# What may follow a label's first words, so that some labels are short and some are long.
FURTHER: tuple[Pair, ...] = (
    ("", ""),
    ("", ""),
    (", second call", ", segunda convocatoria"),
    (", small producers", ", pequeños productores"),
    (" of associations and cooperatives", " de asociaciones y cooperativas"),
    (
        ", including working capital, equipment and technical assistance",
        ", incluidos capital de trabajo, equipamiento y asistencia técnica",
    ),
    (
        ", as announced for the year, together with regional and local governments and with "
        "those who buy from the producers' organisations",
        ", según lo anunciado para el año, junto con los gobiernos regionales y locales y con "
        "quienes compran a las organizaciones de productores",
    ),
)
NOTES: tuple[Pair, ...] = (
    (
        "The text does not say whether the year is the calendar's or the budget's.",
        "El texto no dice si el año es el calendario o el presupuestal.",
    ),
    (
        "It is left open whether earlier calls are included.",
        "Queda abierto si se incluyen convocatorias anteriores.",
    ),
    (
        "The heading rounds the number that the table gives in full.",
        "El titular redondea la cifra que el cuadro da completa.",
    ),
)
ORGANIZATION_KINDS: tuple[tuple[str, str, str], ...] = (
    ("government_level", "Regional office {}", "Oficina regional {}"),
    ("public_programme", "Programme unit {}", "Unidad de programa {}"),
    ("council", "Council of producers {}", "Consejo de productores {}"),
    ("development_bank", "Development bank {}", "Banco de desarrollo {}"),
    ("industry_body", "Industry association {}", "Asociación gremial {}"),
)
ROLES = ("announcer", "publisher", "lead", "funder", "implementer")
SECTORS = ("agribusiness", "technology", "fishing", "manufacturing", "mining")
INSTRUMENTS = (
    "cofinancing",
    "business_plan_financing",
    "services",
    "competitive_fund",
    "planning",
)
# The regions by how often they are named: (code, English, Spanish). The first is named most.
REGIONS = (
    ("PE-LIM", "Lima", "Lima"),
    ("PE-PIU", "Piura", "Piura"),
    ("PE-LAL", "La Libertad", "La Libertad"),
    ("PE-CUS", "Cusco", "Cusco"),
    ("PE-ARE", "Arequipa", "Arequipa"),
    ("PE-CAJ", "Cajamarca", "Cajamarca"),
    ("PE-JUN", "Junin", "Junín"),
    ("PE-SAM", "San Martin", "San Martín"),
    ("PE-PUN", "Puno", "Puno"),
    ("PE-ANC", "Ancash", "Áncash"),
    ("PE-LAM", "Lambayeque", "Lambayeque"),
    ("PE-AYA", "Ayacucho", "Ayacucho"),
    ("PE-HUC", "Huanuco", "Huánuco"),
    ("PE-ICA", "Ica", "Ica"),
    ("PE-LOR", "Loreto", "Loreto"),
    ("PE-AMA", "Amazonas", "Amazonas"),
    ("PE-APU", "Apurimac", "Apurímac"),
    ("PE-HUV", "Huancavelica", "Huancavelica"),
    ("PE-UCA", "Ucayali", "Ucayali"),
    ("PE-PAS", "Pasco", "Pasco"),
    ("PE-TAC", "Tacna", "Tacna"),
    ("PE-MDD", "Madre de Dios", "Madre de Dios"),
    ("PE-TUM", "Tumbes", "Tumbes"),
    ("PE-MOQ", "Moquegua", "Moquegua"),
    ("PE-CAL", "Callao", "Callao"),
)
