//! Forwards: what a person passed on is not the first sender's mail any more. Recognised by subject, by an attached
//! message, and by the header block that mail programs put over a forwarded text (German and English). Knows no trust.

use super::parts::Mail;

/// How a forward was recognised, in words; `None`: the mail is none.
pub fn forwarded(mail: &Mail) -> Option<&'static str> {
    let subject = mail.subject.trim_start().to_lowercase();
    let prefixes = ["fwd:", "fw:", "wg:", "wtr:", "tr:", "i:"];
    if prefixes.iter().any(|prefix| subject.starts_with(prefix)) {
        return Some("its subject says it is forwarded");
    }
    if !mail.messages.is_empty() {
        return Some("another mail is attached to it");
    }
    let lines: Vec<String> = mail
        .html
        .iter()
        .chain(&mail.text)
        .flat_map(|line| &line.cells)
        .map(|cell| cell.trim().to_lowercase())
        .collect();
    if lines.iter().any(|line| is_rule(line)) {
        return Some("it quotes another mail below a line that says so");
    }
    lines
        .windows(5)
        .any(is_head)
        .then_some("it quotes the head of another mail")
}

/// The line by which a mail program announces what is forwarded.
fn is_rule(line: &str) -> bool {
    let rules = [
        "begin forwarded",
        "anfang der weitergeleiteten",
        "-----original",
        "-----ursprüngliche",
        "-----weitergeleitete",
        "---------- forwarded",
        "---------- weitergeleitete",
        "-------- forwarded",
        "-------- weitergeleitete",
        "-------- original",
    ];
    rules.iter().any(|rule| line.starts_with(rule))
}

/// `Von: Gesendet: An: Betreff:` in some order within five lines.
fn is_head(lines: &[String]) -> bool {
    let has = |words: &[&str]| {
        lines.iter().any(|line| {
            let bare = line.trim_start_matches(['*', ' ']);
            words.iter().any(|word| bare.starts_with(word))
        })
    };
    has(&["von:", "from:"])
        && has(&["betreff:", "subject:"])
        && has(&["an:", "to:", "gesendet:", "sent:", "datum:", "date:"])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn found(subject: &str, body: &str) -> bool {
        let mail = format!("From: a@b.example\r\nSubject: {subject}\r\n\r\n{body}");
        forwarded(&Mail::parse(mail.as_bytes()).unwrap()).is_some()
    }

    #[test]
    fn forwards_of_the_usual_programs_are_recognised() {
        assert!(found("WG: Rechnung", "x"));
        assert!(found(
            "Rechnung",
            "Hier:\n\nVon: Bank\nGesendet: Montag\nAn: Laden\nBetreff: Geld\n\nText"
        ));
        assert!(found(
            "Rechnung",
            "---------- Forwarded message ---------\nFrom: Bank\n"
        ));
        assert!(found("Rechnung", "Begin forwarded message:\n"));
        assert!(!found("Rechnung", "Von: Herzen\nund alles Gute"));
    }
}
