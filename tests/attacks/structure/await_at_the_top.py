"""tries: to wait at the top of a cell
"""

import asyncio
await asyncio.sleep(0)
a = await asyncio.sleep(0, 1)
