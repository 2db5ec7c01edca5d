"""The Omniwallet dialect (JSON:API): what every endpoint of it shares. Endpoints live in `<app>/api/omniwallet…`.

| module | holds |
| --- | --- |
| `views.py` | `OmniwalletView`: token, store, body, idempotency, errors; `self.read`, `self.paginate`, `self.address` |
| `forms.py`, `fields.py` | what bodies say, strictly: `ResourceForm` (type, id, attributes) and `ActionForm` |
| `lists.py` | `page[number]`, `page[size]`, `sort`, `filter[…]`; `meta.page` and `links` of an answer |
| `documents.py` | the envelopes of answers, moments and amounts as they are written |
| `errors.py` | the table refusal code -> status; **every new refusal needs a row there** |
| `settings.py` | the programme's settings, read-only |

Every route asks for a permanent token with the ability `omniwallet` (or `*`). The store is the token's own, or the one
whose code stands in `X-Omniwallet-Account`. What the vendor's document leaves open is decided in
`docs/dialects/omniwallet.md`.
"""
