"""The mutants of a topic, for the terminal."""

from .trial import TARGET, MutantAudit, Trial


def mutant_table(audit: MutantAudit) -> str:
    """How many mutants each exercise's checks find, which ones they let pass, and what to test then."""
    equal = f", {audit.equivalent} marked as no mistake" if audit.equivalent else ""
    lines = [f"{audit.topic}: {len(audit.trials)} mutants{equal}; {audit.found} found, {_percent(audit.score)}"]
    width = max(map(len, audit.checks), default=0)
    for exercise, checks in audit.checks.items():
        part = audit.of_exercise(exercise)
        of = len(part.trials) - part.equivalent
        lines.append(f"  {'✗' if part.survivors else '✓'} {exercise:{width}}  {part.found} of {of}")
        lines += [f"      {line}" for check in checks for line in _kills(audit, check)]
        lines += [f"      {line}" for trial in part.survivors for line in _survivor(trial)]
    lines += [f"  ✗ {problem}" for problem in audit.problems]
    if audit.score < TARGET:
        lines.append(f"  ✗ {_percent(audit.score)} is less than the {TARGET:.0%} that the checks are to find.")
    return "\n".join(lines)


def _percent(share: float) -> str:
    """Never rounded up: 100 % is all of them."""
    return f"{int(1000 * share) / 10:g} %"


def _kills(audit: MutantAudit, check: str) -> list[str]:
    if not audit.all_checks:
        return []
    kills, alone = audit.kills(check)
    only = f", {alone} of them alone" if alone else ""
    return [f"{kills:4} {check}{only}"]


def _survivor(trial: Trial) -> list[str]:
    mutant = trial.mutant
    which = f" (number {mutant.place} of its kind)" if mutant.place > 1 else ""
    return [
        f"passes every check: {mutant.operator.name} in {mutant.function}{which}",
        *(f"  {line}" for line in mutant.diff.split("\n")),
        f"  {mutant.operator.test}",
    ]
