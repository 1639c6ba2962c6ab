"""An embedded Zoho: CRM v8, Books v3 and the accounts server over HTTP on this machine.

It imports nothing else of the project: an emulator that shared the client's code would share its mistakes.
`README.md` beside this file is its own page.
"""
