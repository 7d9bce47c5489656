//! What is a command and, more important, what is none.

#![allow(clippy::unwrap_used)]
use super::*;

fn said(line: &str) -> String {
    let today = Date::constant(2026, 12, 1);
    match parse(line, SourceId::of(b"d"), today) {
        None => "-".into(),
        Some(commands) => {
            let id = format!("\"{}\"", SourceId::of(b"d"));
            serde_json::to_string(&commands).unwrap().replace(&id, "D")
        }
    }
}

#[test]
fn commands_are_understood_in_both_languages() {
    for (lines, meant) in [
        (
            &["bezahlt", "Paid."][..],
            r#"[{"do":"by_number","number":null,"digest":D,"order":{"paid":{"currency":null,"on":"2026-12-01"}}}]"#,
        ),
        (
            &[
                "bezahlt 10247 49,90 am 28.11.",
                "PAID #10247 49.90 on 28 Nov",
            ],
            r#"[{"do":"by_number","number":"10247","digest":D,"order":{"paid":{"amount":"49.90","currency":null,"on":"2026-11-28"}}}]"#,
        ),
        (
            &["bezahlt 10247 1.234,50 EUR", "bezahlt 10247 1,234.50€"],
            r#"[{"do":"by_number","number":"10247","digest":D,"order":{"paid":{"amount":"1234.50","currency":"EUR","on":"2026-12-01"}}}]"#,
        ),
        (
            &[
                "pause bis 15.12.",
                "pause until 15 Dec",
                "Pause bis 15. Dezember 2026",
                "pause bis 2026-12-15!",
            ],
            r#"[{"do":"by_number","number":null,"digest":D,"order":{"pause":{"until":"2026-12-15"}}}]"#,
        ),
        (
            &["pause 10247 bis 10.01."],
            r#"[{"do":"by_number","number":"10247","digest":D,"order":{"pause":{"until":"2027-01-10"}}}]"#,
        ),
        (
            &["weiter RE-2026/7", "resume RE-2026/7"],
            r#"[{"do":"by_number","number":"RE-2026/7","digest":D,"order":"resume"}]"#,
        ),
        (
            &["storno 10247", "cancel 10247."],
            r#"[{"do":"by_number","number":"10247","digest":D,"order":"cancel"}]"#,
        ),
        (
            &["widerspruch 10247", "strittig 10247", "dispute 10247"],
            r#"[{"do":"by_number","number":"10247","digest":D,"order":{"dispute":{"reason":""}}}]"#,
        ),
        (
            &["ja 1", "Yes 1.", "ja: 1"],
            r#"[{"do":"reply","digest":D,"number":1,"word":"yes","take":null}]"#,
        ),
        (
            &["nein 2", "no 2"],
            r#"[{"do":"reply","digest":D,"number":2,"word":"no","take":null}]"#,
        ),
        (
            &["ja 1, 3", "yes 1 and 3", "ja 1 und 3"],
            r#"[{"do":"reply","digest":D,"number":1,"word":"yes","take":null},{"do":"reply","digest":D,"number":3,"word":"yes","take":null}]"#,
        ),
        (
            &["ja alle", "yes all"],
            r#"[{"do":"reply","digest":D,"number":null,"word":"yes","take":null}]"#,
        ),
        (
            &["ja 1 10248", "1: 10248", "1 10248"],
            r#"[{"do":"reply","digest":D,"number":1,"word":"yes","take":"10248"}]"#,
        ),
        (
            &["gesendet 4", "sent 4"],
            r#"[{"do":"reply","digest":D,"number":4,"word":"was_sent","take":null}]"#,
        ),
        (
            &["nochmal 4", "again 4"],
            r#"[{"do":"reply","digest":D,"number":4,"word":"send_again","take":null}]"#,
        ),
        (
            &["überspringen 4", "ueberspringen 4", "skip 4"],
            r#"[{"do":"reply","digest":D,"number":4,"word":"skip","take":null}]"#,
        ),
        (
            &["geprüft", "Geprueft!", "checked"],
            r#"[{"do":"checked","on":"2026-12-01"}]"#,
        ),
        (
            &["geprüft 30.11.", "checked on 30 Nov 2026"],
            r#"[{"do":"checked","on":"2026-11-30"}]"#,
        ),
        (&["stop", "Stopp!"], r#"[{"do":"stop_all"}]"#),
        (&["start"], r#"[{"do":"start_all"}]"#),
    ] {
        for line in lines {
            assert_eq!(said(line), meant, "{line}");
        }
    }
}

#[test]
fn what_is_not_exactly_a_command_is_none() {
    for line in [
        "",
        "ja",
        "nein",
        "bitte nicht bezahlt setzen",
        "bezahlt ist das nicht",
        "10247 bezahlt",
        "ja 1 aber nur halb",
        "ja 100",
        "ja 0",
        "1 2",
        "12",
        "pause bis bald",
        "pause bis 30.02.",
        "pause 10247 bis 01.11.2026",
        "bezahlt 10247 am 24.12.2026",
        "bezahlt 10247 49,9x",
        "bezahlt 10247 1.23.45,00",
        "bezahlt 10247 -5,00",
        "bezahlt 10247 0,00",
        "stop 10247",
        "storno 10247 10248",
        "storno ../../x",
        "storno \u{0441}10247",
        "checked 24.12.2026",
        "gesendet",
        "skip all",
        "b\u{0435}zahlt 10247",
    ] {
        assert_eq!(said(line), "-", "{line}");
    }
}
