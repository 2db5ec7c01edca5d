"""The Open Loyalty dialect: what every endpoint of it shares. Endpoints themselves live in `<app>/api/open_loyalty…`.

| module | holds |
| --- | --- |
| `views.py` | `OpenLoyaltyView`: access, store, body, idempotency, errors; `self.read`, `self.paginate` |
| `forms.py`, `fields.py` | what bodies say: `Form` and its fields, with the original's messages |
| `errors.py` | the table refusal code -> status and body; **every new refusal needs a row there** |
| `lists.py` | page, perPage, sort, direction |
| `wire.py` | values out: `instant`, `day`, `amount`, `compact` |
| `parsers.py` | JSON, bracket forms and multipart into one shape |
| `paths.py` | `<id:customer>` in routes: a UUID; other text does not match, so literal routes may follow |
| `log_in.py` | the log-in of admins and sellers, and `LogInView` for the customers' |

A complete example, `customers/api/open_loyalty/levels.py`:

    from rest_framework.request import Request
    from rest_framework.response import Response

    from customers import levels, queries
    from customers.models import Level
    from loyalty.access import Grant
    from loyalty.api.open_loyalty import wire
    from loyalty.api.open_loyalty.fields import AmountField, FlagField, TextField
    from loyalty.api.open_loyalty.forms import Form
    from loyalty.api.open_loyalty.views import OpenLoyaltyView


    class LevelForm(Form):
        wrapped_in = "level"                       # bodies say level[name]=…, or {"level": {"name": …}}

        name = TextField(required=True, max_length=128)
        conditionValue = AmountField(required=True, source="threshold")   # wire name; `source` is our name
        active = FlagField(source="is_active", default=True)


    class LevelList(OpenLoyaltyView):
        grants = {"GET": Grant("LEVEL", seller=True), "POST": Grant("LEVEL")}
        form_class = LevelForm

        def get(self, request: Request) -> Response:
            page = self.paginate(queries.levels_of(self.store), sort={"name": "name"}, default="name")
            return Response({"levels": [level_record(self, level) for level in page.items], "total": page.total})

        def post(self, request: Request) -> Response:
            level = levels.create(self.store, actor=self.actor, at=self.at, **self.read())
            return Response({"levelId": level.id})


    class LevelDetail(OpenLoyaltyView):
        grant = Grant("LEVEL", seller=True)        # one grant for all methods

        def get(self, request: Request, level: UUID) -> Response:
            return Response(level_record(self, queries.level_of(self.store, level)))   # raises NotFound -> 404


    def level_record(view: OpenLoyaltyView, level: Level) -> dict[str, object]:
        return wire.compact({
            "levelId": level.id,
            "conditionValue": wire.amount(level.threshold),
            "createdAt": wire.instant(level.created_at, view.zone),
        })

with `customers/api/open_loyalty/urls.py`:

    import loyalty.api.open_loyalty.paths  # noqa: F401  # registers <id:…>

    urlpatterns = [
        path("<str:store_code>/level", LevelList.as_view()),
        path("<str:store_code>/level/<id:level>", LevelDetail.as_view()),
    ]

Rules. `store_code` is taken out of the path and found before the handler runs (`self.store`). Writes raise
`loyalty.refusals.Refusal`s; `errors.py` answers them, at the form's field when the refusal names one (our name; a
nested one dotted: `address.city`). A customer who names another customer: `self.check_self(customer_id)`. Public
routes: `Grant(public=True)`, where `self.principal` may be None. Filters of lists are read with `self.read(FilterForm)`
(a form without `wrapped_in` reads query and body together). Images: `loyalty.images`. Routes have no trailing slash.
"""
