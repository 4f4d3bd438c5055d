"""A statement that takes as many steps of the engine as a test wants, whatever the data are."""

from api.store.statement import Statement


def counting(far: int, tells: str = "n") -> Statement:
    """Counts to a number, which takes more steps than that, and tells this once it is there."""
    return Statement(
        "WITH RECURSIVE numbers(n) AS "
        "(SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :far) "
        f"SELECT {tells} FROM numbers WHERE n = :far",
        {"far": far},
    )
