"""The OrderingStack Wallet2 dialect: what every endpoint of it shares. Endpoints live in `<app>/api/orderingstack/`.

| module | holds |
| --- | --- |
| `views.py` | `Wallet2View`: the token, the tenant, errors; `self.read`, `self.read_query` |
| `roles.py`, `scopes.py` | who may call what: `any_of(...)`, `CUSTOMERS`; the ROLE_ words |
| `forms.py`, `fields.py` | what bodies and queries say, strictly |
| `lists.py` | simple REST lists: `sort`, `range`, `filter`; `Content-Range`, `X-Total-Count` |
| `errors.py` | the table refusal code -> status; **every new refusal needs a row there** |
| `wire.py` | values out: `instant`, `number` |
| `oauth.py` | access tokens for clients |

A route asks for any of some ROLE_ words on a permanent token, or on an access token made from one; `/me/…` asks for a
customer's own access token. The store is the one named by `x-tenant`, without it the token's own.
"""
