"""The WalletApp dialect: what every endpoint of it shares. Endpoints themselves live in `<app>/api/walletapp/`.

| module | holds |
| --- | --- |
| `views.py` | `WalletAppView`: the token, the brand, errors; `self.read`, `self.params` |
| `forms.py`, `fields.py` | what parameters say, strictly, with the messages of the original's framework |
| `errors.py` | the table refusal code -> status and field; **every new refusal needs a row there** |
| `pages.py` | the paginator of the original's framework, key by key |
| `streams.py` | answers with lists of any length |
| `wire.py` | values out: `instant`, `day`, `known` |
| `oauth.py` | the route that gives staff a key, and takes it back |

A complete example: `customers/api/walletapp/subscriptions.py`. Every route but those of tokens and locations names its
store by `brand_id`, in the query or in the body, whatever the method; it is found before the handler runs
(`self.store`). A route asks for one ability of a permanent token (`Grant(ability="members.get")`); people's log-ins
open none.
"""
