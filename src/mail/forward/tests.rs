//! The heads that the usual programs repeat, and what must not be taken for one.
#![allow(clippy::unwrap_used)]

use super::*;

fn mail(subject: &str, kind: &str, body: &str) -> Mail {
    let mail = format!(
        "From: a@b.example\r\nSubject: {subject}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}"
    );
    Mail::parse(mail.as_bytes()).unwrap()
}

/// Sender, subject, recipients, day and body of the original in a forward.
fn taken(kind: &str, body: &str) -> Result<String, String> {
    let inner = original(&mail("Fwd: x", kind, body))?;
    let to = inner.to.iter().map(|p| {
        format!(
            "{}/{}",
            p.name,
            p.address.as_ref().map_or("", |a| a.as_str())
        )
    });
    let lines = inner.html.iter().chain(&inner.text).map(Line::text);
    Ok(format!(
        "{} | {} | {} | {} | {}",
        inner.from.unwrap(),
        inner.subject,
        to.collect::<Vec<_>>().join(", "),
        inner.date.map_or_else(String::new, |day| day.to_string()),
        lines.collect::<Vec<_>>().join("~")
    ))
}

const WANT: &str = "shop@tee.example | Ihre Bestellung 12 | Ida Blum/ida@post.example | 2026-10-02 | Summe: 5,00 €";

#[test]
fn heads_of_the_usual_programs_in_text() {
    for head in [
        "-----Ursprüngliche Nachricht-----\nVon: Tee <shop@tee.example> \nGesendet: Freitag, 2. Oktober 2026 14:31\nAn: Ida Blum <ida@post.example>\nBetreff: Ihre Bestellung 12",
        "From: Tee [mailto:shop@tee.example]\nSent: Friday, October 2, 2026 2:31 PM\nTo: 'Ida Blum' <ida@post.example>\nSubject: Ihre Bestellung 12",
        "---------- Forwarded message ---------\nVon: Tee <shop@tee.example>\nDate: Fr., 2. Okt. 2026 um 14:31 Uhr\nSubject: Ihre Bestellung 12\nTo: Ida Blum <ida@post.example>",
        "-------- Weitergeleitete Nachricht --------\nBetreff: \tIhre Bestellung 12\nDatum: \tFri, 2 Oct 2026 14:31:03 +0200\nVon: \tTee <shop@tee.example>\nAn: \tIda Blum <ida@post.example>",
        "________________________________\n*Von:* Tee <shop@tee.example<mailto:shop@tee.example>>\n*Gesendet:* Freitag, 2. Oktober 2026 14:31\n*An:* Ida Blum <ida@post.example<mailto:ida@post.example>>\n*Betreff:* Ihre Bestellung 12",
        "---------- Ursprüngliche Nachricht ----------\nVon: Tee <shop@tee.example>\nAn: Ida Blum <ida@post.example>\nDatum: 02.10.2026 14:31 CEST\nBetreff: Ihre Bestellung 12",
        "Gesendet: Freitag, 2. Oktober 2026 um 14:31 Uhr\nVon: \"Tee\" <shop@tee.example>\nAn: \"Ida Blum\" <ida@post.example>\nBetreff: Ihre Bestellung 12",
        "De : Tee <shop@tee.example>\nEnvoyé : vendredi 2 octobre 2026 14:31\nÀ : Ida Blum <ida@post.example>\nObjet : Ihre Bestellung 12",
        "Da: Tee <shop@tee.example>\nInviato: venerdì 2 ottobre 2026 14:31\nA: Ida Blum <ida@post.example>\nOggetto: Ihre Bestellung 12",
        "Van: Tee <shop@tee.example>\nVerzonden: vrijdag 2 oktober 2026 14:31\nAan: Ida Blum <ida@post.example>\nOnderwerp: Ihre Bestellung 12",
        "De: Tee <shop@tee.example>\nEnviado el: viernes, 2 de octubre de 2026 14:31\nPara: Ida Blum <ida@post.example>\nAsunto: Ihre Bestellung 12",
        "Od: Tee <shop@tee.example>\nWysłano: piątek, 2 października 2026 14:31\nDo: Ida Blum <ida@post.example>\nTemat: Ihre Bestellung 12",
        "Von: Tee <shop@tee.example>\nGesendet: 2. Oktober 2026 14:31\nAn: Ida Blum\n <ida@post.example>\nBetreff: Ihre Bestellung\n 12",
    ] {
        let body = format!("Zur Kenntnis, 99,00 €\n\n{head}\n\n\nSumme: 5,00 €");
        assert_eq!(taken("plain", &body).as_deref(), Ok(WANT), "{head}");
    }
}

#[test]
fn quoted_heads_end_with_their_quotation() {
    let apple = "Von meinem iPhone gesendet\n\n> Anfang der weitergeleiteten Nachricht:\n>\n> Von: Tee <shop@tee.example>\n> Betreff: Ihre Bestellung 12\n> Datum: 2. Oktober 2026 um 14:31:03 MESZ\n> An: Ida Blum <ida@post.example>\n>\n> Summe: 5,00 €\n";
    assert_eq!(taken("plain", apple).as_deref(), Ok(WANT));
    let below = format!("{apple}\nMein Laden | ab 150,00 € frei Haus");
    assert_eq!(taken("plain", &below).unwrap().trim_end_matches('~'), WANT);
}

#[test]
fn heads_of_the_usual_programs_in_html() {
    for head in [
        "<p><b>Von:</b> Tee &lt;shop@tee.example&gt; <br><b>Gesendet:</b> Freitag, 2. Oktober 2026 14:31<br><b>An:</b> Ida Blum &lt;ida@post.example&gt;<br><b>Betreff:</b> Ihre Bestellung 12<o:p></o:p></p>",
        "<table><tr><th>Betreff: </th><td>Ihre Bestellung 12</td></tr><tr><th>Datum: </th><td>Fri, 2 Oct 2026 14:31:03 +0200</td></tr><tr><th>Von: </th><td>Tee &lt;shop@tee.example&gt;</td></tr><tr><th>An: </th><td>Ida Blum &lt;ida@post.example&gt;</td></tr></table>",
        "<b>Gesendet:</b>&nbsp;Freitag, 2. Oktober 2026 um 14:31 Uhr<br/><b>Von:</b>&nbsp;&quot;Tee&quot; &lt;shop@tee.example&gt;<br/><b>An:</b>&nbsp;Ida Blum &lt;ida@post.example&gt;<br/><b>Betreff:</b>&nbsp;Ihre Bestellung 12",
    ] {
        let body = format!("<p>Zur Kenntnis, 99,00 €</p>{head}<div><p>Summe: 5,00 €</p></div>");
        assert_eq!(taken("html", &body).as_deref(), Ok(WANT), "{head}");
        let quoted = format!(
            "<p>99,00 €</p><blockquote>{head}<p>Summe: 5,00 €</p></blockquote><p>150,00 €</p>"
        );
        assert_eq!(taken("html", &quoted).as_deref(), Ok(WANT), "{head}");
    }
}

#[test]
fn what_the_forward_lost_stays_missing() {
    let lost = "Von: Tee <shop@tee.example>\nGesendet: 10/2/2026 2:31 PM\nAn: Blum, Ida\nBetreff: Ihre Bestellung 12\n\nSumme: 5,00 €";
    assert_eq!(
        taken("plain", lost).unwrap(),
        "shop@tee.example | Ihre Bestellung 12 | Blum, Ida/ |  | Summe: 5,00 €"
    );
    let two = lost.replace("Tee <shop", "bote@x.example im Auftrag von Tee <shop");
    assert!(taken("plain", &two).unwrap_err().contains("one address"));
    let nameless = lost.replace("<shop@tee.example>", "");
    assert!(taken("plain", &nameless).is_err());
    assert!(
        taken("plain", "Summe: 5,00 €")
            .unwrap_err()
            .contains("not in it")
    );
}

#[test]
fn replies_forwards_and_first_hand() {
    let is = |subject: &str, body: &str| manner(&mail(subject, "plain", body));
    let head = "Von: Tee <shop@tee.example>\nGesendet: Montag\nAn: Laden\nBetreff: Geld\n\nText";
    assert!(matches!(is("WG: Rechnung", "x"), Manner::Forward(_)));
    assert!(matches!(
        is("[extern] Fwd: Rechnung", "x"),
        Manner::Forward(_)
    ));
    assert!(matches!(is("Rechnung", head), Manner::Forward(_)));
    assert!(matches!(
        is(
            "Rechnung",
            "---------- Forwarded message ---------\nFrom: Bank\n"
        ),
        Manner::Forward(_)
    ));
    assert!(matches!(is("AW: Rechnung", head), Manner::Reply(_)));
    assert!(matches!(is("AW: WG: Rechnung", head), Manner::Reply(_)));
    assert_eq!(
        is("[Tee] Rechnung", "Von: Herzen\nund alles Gute"),
        Manner::FirstHand
    );
}
