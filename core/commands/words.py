"""What the commands say, in both languages. Problems and failure reasons have their own tables in ``core.model``."""

from core.model.text import Text

COMMAND_HELP: dict[str, Text] = {
    "demo": Text("open the screen on an embedded Zoho", "組み込みのZohoで画面を開く"),
    "sandbox": Text("serve an embedded Zoho CRM and Zoho Books", "組み込みのZoho CRMとZoho Booksを起動する"),
    "zsc-key": Text("make, check or revoke a ZSC key", "ZSCキーを作成・確認・無効化する"),
    "connect": Text("join Zoho Books and Zoho CRM to this profile", "Zoho BooksとZoho CRMをプロファイルに接続する"),
    "setup": Text("show or change what is synced and how", "同期の設定を表示・変更する"),
    "status": Text("say how things are", "状態を表示する"),
    "plan": Text("show what the next sync would do", "次の同期の内容を表示する"),
    "sync": Text("sync now", "今すぐ同期する"),
    "apply": Text("carry out a plan that was kept in a file", "保存した計画を実行する"),
    "fetch": Text("sync these records alone, now", "指定したレコードだけを今すぐ同期する"),
    "undo": Text("take a run, or what was done to a record, back", "同期の結果を元に戻す"),
    "release": Text("let a record that is left alone take part again", "対象外のレコードを再び対象にする"),
    "why-not": Text("say why a record is not in step", "レコードが同期されない理由を表示する"),
    "history": Text("list past runs, or what one of them did", "同期履歴を表示する"),
    "failures": Text(
        "list records that did not arrive, with reason and remedy", "失敗したレコードと理由・対処を表示する"
    ),
    "links": Text("list pairs of records", "リンクされたレコードを表示する"),
    "conflicts": Text(
        "list fields that both sides changed and that wait for a decision, or settle them",
        "両側で変更され判断待ちの項目を表示・解決する",
    ),
    "ambiguous": Text("list records with several candidates (F13)", "候補が複数あるレコードを表示する（F13）"),
    "suggestions": Text("list unlinked records that may be the same", "同一と思われる未リンクのレコードを表示する"),
    "pair": Text("pair these two records, and sync them", "2つのレコードを組み合わせて同期する"),
    "keep-apart": Text(
        "say that two records are not the same, or list those", "2つのレコードを別のものとして指定・表示する"
    ),
    "fields": Text(
        "list CRM fields without a counterpart in Books, or make one", "Booksに対応のないCRM項目を表示・作成する"
    ),
    "documents": Text("list estimates, orders and invoices, or show one", "見積書・受注書・請求書・発注書を表示する"),
    "deals": Text("list deals with their documents, invoiced, paid and open", "商談と文書・請求・入金・差額を表示する"),
    "associate": Text("tie a document to a deal", "文書を商談に関連付ける"),
    "disassociate": Text("untie a document from its deal", "文書と商談の関連付けを解除する"),
    "triggers": Text(
        "show, set or run what a deal's stage makes in Books", "商談のステージで作成する文書を表示・設定・実行する"
    ),
    "simulate": Text(
        "list what triggers would have made of the deals' past", "過去の商談でトリガーを試し、作成される文書を表示する"
    ),
    "doctor": Text("examine everything that a sync needs", "同期に必要なものをすべて診断する"),
    "drift": Text("compare both sides in full and write nothing", "両側を全件比較する（書き込みなし）"),
    "config": Text("keep the settings as text: export, validate, diff, apply", "設定をテキストで管理する"),
    "schedule": Text("show or set when modules sync by themselves", "自動同期の間隔を表示・設定する"),
    "alerts": Text("show or set who is told when something is wrong", "問題発生時の通知先を表示・設定する"),
    "transactions": Text(
        "show, switch or run documents in both CRM and Books", "CRMとBooksの取引の同期を表示・切替・実行する"
    ),
    "figures": Text(
        "show, switch or refresh receivables and sales on CRM's records",
        "CRMのレコードに表示する売上・債権を表示・切替・更新する",
    ),
    "completion": Text("print a script that completes commands", "シェル補完のスクリプトを出力する"),
    "profiles": Text("list the profiles of this home", "プロファイルの一覧を表示する"),
    "disable": Text("switch the integration off for a time", "連携を一時的に無効にする"),
    "enable": Text("switch the integration on again", "連携を再び有効にする"),
    "disconnect": Text(
        "part from both organisations, keeping links and settings", "接続を解除する（リンクと設定は保持）"
    ),
    "agent": Text(
        "run the agent in the foreground, as a service does", "エージェントをフォアグラウンドで実行する（サービス用）"
    ),
    "pause": Text("pause sync", "同期を一時停止する"),
    "resume": Text("resume sync", "同期を再開する"),
    "unlock": Text("open the keys of a locked agent", "ロックされた認証情報を解除する"),
    "stop": Text("end the agent", "エージェントを終了する"),
}

WORDS: dict[str, Text] = {
    "about": Text(
        "Keep Zoho Books and Zoho CRM in step. Without a command, open the screen.",
        "Zoho BooksとZoho CRMを同期します。コマンドなしで画面を開きます。",
    ),
    "exit_codes": Text(
        "exit codes:\n"
        "  0  done\n"
        "  1  something unexpected\n"
        "  2  wrong usage\n"
        "  3  not set up: not connected, not configured, paused, a view or field is missing\n"
        "  4  credential: refused, wrong e-mail or key, missing scope, locked\n"
        "  5  network: unreachable, or Zoho answers with errors\n"
        "  6  limits: the day's calls are used up, or blocked\n"
        "  7  state: no space, not ours, too open, too new, damaged\n"
        "  8  agent: does not answer, profile in use, a sync is already running\n"
        "  9  needs a person: a plan that waits for --confirm (with sync --strict: also records that failed)\n"
        " 10  interrupted",
        "終了コード:\n"
        "  0  完了\n"
        "  1  予期しない問題\n"
        "  2  使い方の誤り\n"
        "  3  未設定: 未接続、未設定、一時停止中、ビューまたは項目がない\n"
        "  4  認証: 拒否、メールアドレスまたはキーの誤り、権限不足、ロック中\n"
        "  5  ネットワーク: 接続できない、Zohoのエラー\n"
        "  6  上限: 本日の呼び出し上限、ブロック\n"
        "  7  状態: 空き容量なし、別物のフォルダ、権限が緩い、新しすぎる、破損\n"
        "  8  エージェント: 応答なし、使用中、同期の実行中\n"
        "  9  確認が必要: --confirm 待ち（sync --strict では失敗したレコードも）\n"
        " 10  中断",
    ),
    "command": Text("command", "コマンド"),
    "home": Text("folder of all profiles (KAKEHASHI_HOME)", "全プロファイルのフォルダ（KAKEHASHI_HOME）"),
    "profile": Text("which profile (default: default)", "プロファイル名（既定: default）"),
    "lang": Text("language (default: by locale)", "言語（既定: ロケール）"),
    "json": Text("answer in JSON on stdout", "結果をJSONで標準出力に出力する"),
    "read_only": Text("look, and change nothing", "閲覧のみで、何も変更しない"),
    "mouse": Text("let the screen use the mouse", "画面でマウスを使う"),
}
