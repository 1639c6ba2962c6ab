"""The deleted list (zoho-crm-api §5.10)."""

from __future__ import annotations

from core.sandbox.clock import crm_time
from core.sandbox.crm.common import module_of, number_param, since_header
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.org import CRM
from core.sandbox.crm.render import actor_ref
from core.sandbox.http import Call, Reply, endpoint

TYPES = ("all", "recycle", "permanent")
BIN_LIFE = 60 * 86_400
SHOWN_FOR = 120 * 86_400


@endpoint("GET", f"{CRM}/{{module}}/deleted", scope="modules.{module}.READ", credits=lambda call: 2,
          doc="Deleted records, newest first: type, page, If-Modified-Since")  # fmt: skip
def deleted(call: Call) -> Reply:
    """In the bin for 60 days, then shown as permanent until 120 days have gone."""
    records = module_of(call)
    kind = call.query.get("type", "all")
    if kind not in TYPES:
        raise CrmRefusal(
            400, "PATTERN_NOT_MATCHED", "Please check whether the input values are correct", param_name="type"
        )
    since, now = since_header(call), call.now
    found = [
        each
        for each in reversed(records.deleted)
        if now - each.moment < SHOWN_FOR
        and (since is None or each.moment > since)
        and (kind == "all" or (kind == "permanent") == (each.purged or now - each.moment >= BIN_LIFE))
    ]
    per_page, page = number_param(call, "per_page", 200, 200), number_param(call, "page", 1, 100_000)
    shown = found[(page - 1) * per_page : page * per_page]
    if not shown:
        return Reply(204)
    org = call.world.crm
    data = []
    for each in shown:
        gone = each.purged or now - each.moment >= BIN_LIFE
        by, creator = org.user(each.by) or org.me, org.user(each.created_by) or org.me
        data.append(
            {
                "deleted_by": None if gone else actor_ref(by),
                "id": each.id,
                "display_name": None if gone else each.name,
                "type": "permanent" if gone else "recycle",
                "created_by": None if gone else actor_ref(creator),
                "deleted_time": crm_time(each.moment),
            }
        )
    info = {"per_page": per_page, "count": len(data), "page": page, "more_records": len(found) > page * per_page}
    return Reply(200, {"data": data, "info": info})
