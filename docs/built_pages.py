"""Pages that are built from the code when the site is: nobody can commit one that says something else."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from earmark.model import STAGES
from earmark.rules.catalogue import LoadedRule, rules


def on_files(files: Any, config: Any) -> Any:
    """Add the built pages to those that lie in docs/."""
    from mkdocs.structure.files import File

    for name, text in built_pages().items():
        files.append(File.generated(config, name, content=text))
    return files


def built_pages() -> dict[str, str]:
    """Name and Markdown of every built page."""
    pages = {"index.md": front_page(), "rules.md": rules_page(rules())}
    if importlib.util.find_spec("earmark.wire.messages"):
        from earmark.wire import messages

        pages["wire.md"] = messages.as_markdown()
    return pages


def front_page() -> str:
    """The README, with its links as they are from inside docs/."""
    readme = Path(__file__).resolve().parents[1] / "README.md"
    return readme.read_text(encoding="utf-8").replace("](docs/", "](")


def rules_page(every: Iterable[LoadedRule]) -> str:
    """All rules on one page: the same text that `earmark explain` prints."""
    head = (
        "# Rules\n\nEach text is the one that `earmark explain CODE` prints; "
        "`earmark explain CODE --hear DIR` writes two sounds to go with it.\n"
    )
    return "\n".join([head, *(rule_section(loaded) for loaded in every)])


def rule_section(loaded: LoadedRule) -> str:
    """One rule: what it is, its text, its settings."""
    rule = loaded.rule
    stages = ", ".join(stage for stage in STAGES if stage in rule.stages)
    needs = f" · needs {', '.join(sorted(rule.needs))}" if rule.needs else ""
    facts = f"at most a {rule.ceiling} · speaks at {stages}{needs} · since {rule.since}"
    told = [f"**{heading}.** {text}\n" for heading, text in loaded.text().items()]
    return "\n".join(
        [f"## {loaded.code} {loaded.name}\n", f"{loaded.summary()}\n", f"*{facts}*\n", *told, settings_of(loaded)]
    )


def settings_of(loaded: LoadedRule) -> str:
    """The options that earmark.toml may set, with their defaults."""
    options = "\n".join(f"{name} = {toml(default)}" for name, default in loaded.settings().items())
    return f"```toml\n[rules.{loaded.code}]\n{options}\n```\n" if options else ""


def toml(value: object) -> str:
    """A default as it would be written in earmark.toml."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value).replace("'", '"')
