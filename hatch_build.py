"""Looks through the package before it is built: it is public, and must not hold a solution or a hidden check."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RefuseSecrets(BuildHookInterface[Any]):
    """Refuses to build a wheel or an archive of the sources with a file in it that must not go out."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Looks at every file that is to go in (hatchling's hook)."""
        root = Path(self.root)
        if version == "editable" or not (root / "solutions").is_dir():  # a link to the clone; the sources of a package
            return
        sys.path.insert(0, str(root))
        from autograder.authoring.outgoing import must_be_public
        from autograder.core.outcomes import UsageError

        files = [Path(included.path) for included in self.build_config.builder.recurse_included_files()]
        try:
            must_be_public(root, [path for path in files if path.parent != root])
        except UsageError as error:
            sys.exit(f"The package is not built. {error}")
        finally:
            sys.path.remove(str(root))
