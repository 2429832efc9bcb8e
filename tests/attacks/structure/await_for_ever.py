"""tries: to wait for something that never comes
"""

import asyncio
await asyncio.get_event_loop_policy().new_event_loop().create_future()
