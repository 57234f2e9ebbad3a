"""`python -m earmark`, the same as `earmark`."""

from __future__ import annotations

import sys

from earmark.cli.__main__ import main

sys.exit(main())
