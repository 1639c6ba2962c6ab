"""English for looking ahead and setting up: the preview, the setup, the mapping table, the connection."""


class EnglishSetup:
    """What those screens say."""

    mode_preview = "Preview"
    mode_action = "Action"

    preview_of = "Next sync of {module}"
    preview_making = "Fetching what changed and making the plan. Nothing is written."
    preview_made = "planned {time}, nothing written"
    preview_calls = "about {crm} CRM and {books} Books calls"
    preview_stale = "A sync has run since this plan was made. Press l to plan anew."
    preview_changes = "What would change"
    preview_all = "All actions"
    preview_ours = "Kakehashi only"
    preview_nothing = "Nothing would change: both sides are in step."
    head_fields = "Fields"
    head_old = "Now"
    head_new = "Then"
    action_no_fields = "No field of either side is written by this."
    action_lost = "Overrules the other side's {value}"
    module_unset = "{what}: not configured yet. Press c to set it up."

    why_ignored = "left alone until released"
    why_standing = "unchanged since it failed"
    kind_person = "Contact person"
    filter_all_vendors = "All vendors"
    filter_crm_vendors = "CRM vendors"
    filter_all_items = "All items"
    filter_crm_items = "CRM items"

    do_live_preview = "Plan anew"
    tip_live_preview = "Fetch what changed and make the plan anew"
    tip_open_preview = "Show the fields, old -> new"
