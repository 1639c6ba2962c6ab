"""A newcomer's first hour, in Japanese at 80x24, with nothing but ``?`` to go by.

Sets customers up two-way with a view and a field of their own, previews, syncs, finds out why three records failed,
puts one right and retries it, settles a conflict, and takes the run back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.e2e.person import Person
from tests.e2e.place import KAKEHASHI, Place
from tests.tui.ptys import Pty

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

VIEW, FIELD = "東京の取引先", "ランク"


WITHOUT_PHONE = ("新宿硝子株式会社", "Harbour Ceramics", "㈱青葉酒店")
"""Customers of Books that CRM's layout will not take: it requires a phone number."""


@contextmanager
def world() -> Iterator[RunningSandbox]:
    """A business of two months, and three customers of Books that cannot come to CRM."""
    with RunningSandbox(accounts=60, seed=5, kind="demo", planted=False, process=True) as made:
        for name in WITHOUT_PHONE:
            fields = {"contact_name": name, "company_name": name}
            made.control("POST", "edit", {"side": "books", "op": "create", "fields": fields})
        yield made


class Walk:
    """The steps. ``who`` is at the terminal; ``zoho`` is where somebody else works in Zoho's own pages."""

    def __init__(self, who: Person, place: Place, zoho: RunningSandbox) -> None:
        self.who, self.place, self.zoho = who, place, zoho

    def sets_customers_up(self) -> None:
        """Both ways, narrowed by a view, with one custom field more, and asked about conflicts."""
        who = self.who
        who.sees("概要", "+ 有効", "まだ同期していません")
        who.does("今すぐ設定", "同期するモジュールを選択")
        who.chooses("取引先")
        who.sees("> 2 同期の範囲")
        who.chooses("双方向同期")
        who.sees("> 3 重複するレコードの処理")
        who.chooses("スキップ")
        who.sees("> 4 同期するビューを選択", VIEW)
        who.chooses(VIEW)
        who.sees("> 5 項目の関連付け", "未保存の変更あり")
        who.chooses("関連付けの表を編集")
        who.sees("Account_Name", "contact_name")
        who.does("行を追加", "CRMの項目", FIELD)
        who.chooses(FIELD)
        who.sees("に対応するBooksの項目", f"* {FIELD}")
        who.chooses(f"* {FIELD}")
        who.sees("18 行", "未保存の変更あり", f"* {FIELD}")
        who.press("Esc")
        who.sees("この関連付けで進む", "18 行")
        who.chooses("この関連付けで進む")
        who.sees("両側で変更された項目: CRMを優先")
        who.chooses("両側で変更された項目")
        who.sees("確認する")
        who.chooses("確認する")
        who.sees("両側で変更された項目: 確認する")

    def looks_ahead(self) -> None:
        """Save and preview: what the first sync would write, and that it has written nothing."""
        who, since = self.who, len(self.zoho.requests())
        who.chooses("保存してプレビュー")
        who.sees("この変更を保存しますか?", VIEW, "y  はい")
        who.press("y")
        who.sees("次回の同期: 顧客", "書き込みなし", "追加, 新規")
        records = [each for each in self.zoho.writes(since) if "/settings/" not in each["path"]]
        assert not records, [each["path"] for each in records]

    def syncs(self) -> None:
        """Start the first sync from the preview, and watch it end."""
        self.who.does("即時同期", "+ 完了", "失敗")

    def finds_out_why_three_failed(self) -> dict[str, Any]:
        """Open the group of three, and one of its records: reason, remedy, Zoho's own answer."""
        who = self.who
        who.does("要対応", "理由", "必須項目が空です。")
        who.moves_to("F9")
        who.waits("three records", lambda: who.selected().endswith(" 3"))
        who.press("Enter")
        who.sees("必須項目が空です。  3 件", "Phone: required field")
        for customer in WITHOUT_PHONE:
            who.sees(customer)
        name = WITHOUT_PHONE[1]
        who.chooses(name)
        who.sees(name, "対処", "元のレコードの項目を入力する", "元の応答", "MANDATORY_NOT_FOUND")
        found = self.place.ask("failures")
        three = [each["record"] for each in found if each["reason"] == "F9"]
        assert len(three) == 3, found
        contacts = self.zoho.control("GET", "truth/books/contacts")["records"]
        return next(each for each in contacts if each["contact_id"] in three and each["contact_name"] == name)

    def puts_it_right(self, customer: dict[str, Any]) -> None:
        """Somebody enters the phone number in Books; it is retried from here, and two are left."""
        who = self.who
        phone = {"billing_address": {"phone": "03-5550-0100"}}
        self.zoho.control(
            "POST", "edit", {"side": "books", "op": "change", "id": customer["contact_id"], "fields": phone}
        )  # fmt: skip
        who.does("再試行", "+ 解決しました")
        who.does("要対応", "必須項目が空です。")
        who.waits("two to be left", lambda: any("F9" in line and line.rstrip().endswith(" 2") for line in who.lines()))
        accounts = self.zoho.control("GET", "truth/crm/Accounts")["records"]
        assert [each["Phone"] for each in accounts if each["Account_Name"] == customer["contact_name"]] == [
            "03-5550-0100"
        ]

    def settles_a_conflict(self) -> None:
        """Both sides change one field; the sync holds it, somebody decides for Books, and both sides agree."""
        who = self.who
        link = next(each for each in self.place.ask("links") if each["state"] == "linked")
        theirs = {"crm": "https://crm.example", "books": "https://books.example"}
        for side, key, field in (("crm", "crm_id", "Website"), ("books", "books_id", "website")):
            edit = {"side": side, "op": "change", "id": link[key], "fields": {field: theirs[side]}}
            self.zoho.control("POST", "edit", edit)
        who.does("概要", "前回の同期")
        who.does("即時同期", "+ 完了", "保留 1")
        who.does("要対応", "F40", "両側で変更")
        who.chooses("F40")
        who.sees("両側で変更: 顧客", "Website")
        who.press("Enter")
        who.sees("未決定", "Website", "CRM 現在", *theirs.values())
        who.does("Booksを採用", "> Books")
        who.does("解決", "項目を解決しますか?", "Books の値: https://books.example")
        who.press("y")
        who.sees("+ 完了")
        crm = self.zoho.control("GET", "truth/crm/Accounts")["records"]
        books = self.zoho.control("GET", "truth/books/contacts")["records"]
        told = {each["Website"] for each in crm if each["id"] == link["crm_id"]}
        told |= {each["website"] for each in books if each["contact_id"] == link["books_id"]}
        assert told == {"https://books.example"}
        who.does("要対応", "必須項目が空です。")
        who.waits("the conflict to be gone", lambda: "F40" not in who.screen)

    def takes_it_back(self) -> None:
        """Undo the first run: what it would do first, then in numbers, then done."""
        who = self.who
        who.does("同期履歴", "+ 完了  初回")
        who.chooses("初回")
        who.does("元に戻す", "手順")
        who.does("元に戻す", "元に戻しますか?", "件を解除まで対象外にします", "y  はい")
        who.press("y")
        who.sees("+ 完了")
        who.does("同期履歴", "元に戻す")

    def walk(self) -> None:
        """All of it."""
        self.sets_customers_up()
        self.looks_ahead()
        self.syncs()
        self.puts_it_right(self.finds_out_why_three_failed())
        self.settles_a_conflict()
        self.takes_it_back()


def test_a_newcomer_gets_from_the_setup_to_the_undo(place: Place) -> None:
    with world() as zoho:
        place.connect(zoho)
        env = {"KAKEHASHI_HOME": str(place.home), "LC_ALL": "ja_JP.UTF-8"}
        with Pty([KAKEHASHI], env=env) as terminal:
            Walk(Person(terminal), place, zoho).walk()
            terminal.press(b"\x11")
            assert terminal.ended() == 0
        place.close()
