//! Sentences that name payer and amount, each anchored from its beginning to its end: the bank's own words stand between
//! what the payer chose and the amount, so a name that holds other words cannot move the amount.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use super::amounts;

/// `{A}` the amount, `{N}` the payer.
const SENTENCES: [&str; 46] = [
    // German
    r"(?:sie haben|du hast|ihr habt)(?: soeben| gerade| heute)? (?:eine? )?(?:neue |eingehende )?(?:[\w-]*(?:zahlung|überweisung|gutschrift) )?(?:über |in höhe von |von )?{A} von {N} (?:erhalten|bekommen|empfangen)",
    r"(?:sie haben|du hast|ihr habt)(?: soeben| gerade| heute)? (?:eine? )?(?:neue |eingehende )?[\w-]+ von {N} (?:über|in höhe von) {A} (?:erhalten|bekommen|empfangen)",
    r"{N} hat (?:dir|ihnen|euch)(?: soeben| gerade| heute)? (?:eine? [\w-]+ (?:über|von|in höhe von) )?{A} (?:überwiesen|gesendet|geschickt|gezahlt|bezahlt)",
    r"(?:eine |die |ihre |deine )?(?:neue |eingehende )?(?:zahlung|überweisung|gutschrift|echtzeit-?überweisung|einzahlung) (?:über |in höhe von |von )?{A} von {N} (?:ist|wurde|sind|wurden)\b.{0,60}(?:eingegangen|gutgeschrieben|eingetroffen|verbucht)",
    r"(?:eine |die )?(?:neue )?(?:zahlung|überweisung|gutschrift) von {N} (?:über|in höhe von) {A} (?:ist|wurde|sind|wurden)\b.{0,60}(?:eingegangen|gutgeschrieben|eingetroffen|verbucht)",
    r"{A} von {N} (?:ist|sind|wurde|wurden)\b.{0,60}(?:eingegangen|gutgeschrieben|eingetroffen)",
    r"(?:zahlungseingang|geldeingang|gutschrift|neuer (?:zahlungs|geld)eingang|neue zahlung|zahlung erhalten|geld erhalten|überweisung erhalten|eingang)(?: über| von| in höhe von)?:? {A} von {N}",
    r"auf (?:ihrem|deinem) konto\b.{0,60} (?:ist|sind|wurde|wurden) (?:eine (?:zahlung|überweisung|gutschrift) (?:über|von|in höhe von) )?{A} von {N} (?:eingegangen|gutgeschrieben|eingetroffen)",
    // English
    r"you(?: have|'ve|’ve)?(?: just)? (?:received|got) (?:an? )?(?:new |incoming |instant )?(?:payment |transfer |deposit |bank transfer )?(?:of |for |worth )?{A} from {N}",
    r"you(?: have|'ve|’ve)?(?: just)? (?:received|got) (?:an? )?(?:new |incoming |instant )?(?:payment|transfer|deposit|bank transfer) from {N} (?:of|for|worth) {A}",
    r"{N}(?: has)?(?: just)? (?:sent|paid|transferred)(?: to)? you (?:an? (?:payment|transfer) of )?{A}",
    r"(?:an? |the |your )?(?:incoming |new )?(?:payment|transfer|deposit)? ?(?:of |for )?{A} from {N} (?:has|was|is|have|were) (?:been |now )?(?:arrived|received|credited|deposited|added|in)\b.{0,80}",
    r"(?:payment|transfer|money|incoming payment|incoming transfer) received:? (?:of )?{A} from {N}",
    r"(?:incoming|new) (?:payment|transfer)(?: of)?:? {A} from {N}",
    // French
    r"(?:vous avez|tu as) (?:bien )?reçu (?:un |une )?(?:nouveau |nouvelle )?(?:paiement |virement |transfert |somme )?(?:instantané )?(?:de |d'un montant de )?{A} (?:de la part de|de) {N}",
    r"(?:vous avez|tu as) (?:bien )?reçu (?:un |une )?(?:paiement|virement|transfert)(?: instantané)? (?:de la part de|de) {N} (?:d'un montant de|de|pour) {A}",
    r"{N} (?:vous|t') ?a (?:envoyé|versé|viré|payé|transféré) (?:un (?:paiement|virement) de )?{A}",
    r"(?:virement|paiement|transfert) (?:reçu|entrant)(?: de)? ?:? ?{A} (?:de la part de|de) {N}",
    r"(?:un |votre )?(?:virement|paiement) de {A} (?:de la part de|de) {N} (?:a été|est)\b.{0,40}(?:reçu|crédité|arrivé|encaissé)\b.{0,60}",
    // Italian
    r"(?:hai|ha|avete) ricevuto (?:un |una )?(?:nuovo |nuova )?(?:pagamento |bonifico |somma )?(?:istantaneo )?(?:di |da |per )?{A} (?:da parte di|da) {N}",
    r"(?:hai|ha|avete) ricevuto (?:un )?(?:pagamento|bonifico)(?: istantaneo)? (?:da parte di|da) {N} (?:di|per|dell'importo di) {A}",
    r"{N} ti ha (?:inviato|pagato|trasferito) {A}",
    r"(?:bonifico|pagamento) (?:ricevuto|in entrata):? (?:di )?{A} da {N}",
    // Dutch
    r"(?:je|u) (?:hebt|heeft) (?:een )?(?:betaling |overschrijving )?(?:van )?{A} (?:ontvangen van|van) {N}(?: ontvangen)",
    r"(?:je|u) (?:hebt|heeft) {A} ontvangen van {N}",
    r"(?:je|u) (?:hebt|heeft) een (?:betaling|overschrijving) van {A} ontvangen van {N}",
    r"{N} heeft (?:je|u|jou) {A} (?:betaald|gestuurd|overgemaakt)",
    r"(?:betaling|overschrijving) ontvangen:? (?:van )?{A} van {N}",
    // Spanish
    r"(?:has|ha|han) recibido (?:un |una )?(?:nuevo |nueva )?(?:pago |bizum |transferencia |ingreso )?(?:inmediata )?(?:de |por |por importe de |por valor de )?{A} (?:de parte de|de) {N}",
    r"(?:has|ha|han) recibido (?:un |una )?(?:pago|bizum|transferencia|ingreso)(?: inmediata)? (?:de parte de|de) {N} (?:por|de|por importe de|por valor de) {A}",
    r"{N} te ha (?:enviado|pagado|transferido|hecho un bizum de) {A}",
    r"(?:transferencia|pago) recibid[oa]:? (?:de )?{A} de {N}",
    // Portuguese
    r"(?:você )?(?:recebeu|recebeste) (?:um |uma )?(?:pix|pagamento|transferência) de {N} (?:no valor )?de {A}",
    r"(?:você )?(?:recebeu|recebeste) (?:um |uma )?(?:pix |pagamento |transferência )?(?:de |no valor de )?{A} de {N}",
    r"{N} (?:enviou|transferiu|pagou)-?(?:lhe|te)? {A} (?:para você|para ti)",
    // Polish
    r"otrzymał[aeo]?[śm]?(?:eś|aś)? (?:nowy |nową )?(?:przelew |płatność |wpłatę |pieniądze )?(?:w kwocie |na kwotę |w wysokości )?{A} od {N}",
    r"otrzymano (?:przelew |płatność |wpłatę )?(?:w kwocie |na kwotę |w wysokości )?{A} od {N}",
    r"otrzymał[aeo]?[śm]?(?:eś|aś)? (?:przelew|płatność|wpłatę) od {N} (?:w kwocie|na kwotę|w wysokości) {A}",
    r"{N} (?:przesłał|wysłał|zapłacił)a? (?:ci|tobie|państwu) {A}",
    // Czech, Slovak
    r"(?:obdrželi? jste|přijali jste|přišla vám) (?:platbu |platba )?(?:ve výši |v částce )?{A} od {N}",
    r"na váš účet (?:byla připsána|přišla|dorazila) (?:platba|částka|úhrada) (?:ve výši |v částce )?{A} od {N}",
    r"(?:prijali ste|dostali ste) (?:platbu )?(?:vo výške |v sume )?{A} od {N}",
    // Scandinavian
    r"du har (?:modtaget|mottatt|mottagit|fått) (?:en betaling på |en betalning på |en overførsel på )?{A} (?:fra|från) {N}",
    r"{N} har (?:sendt|skickat|betalt|betalat) (?:dig|deg) {A}",
    // Hungarian
    r"{A} összegű (?:átutalás|jóváírás) érkezett {N} részéről",
    r"jóváírás:? {A} {N} részéről",
];

/// Payer and amount of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// As printed.
    pub name: String,
    /// Behind the name, in brackets.
    pub email: Option<String>,
    /// As printed.
    pub amount: String,
}

/// What a sentence says, if it is one of those.
pub fn said(sentence: &str) -> Option<Said> {
    static PATTERNS: LazyLock<Vec<Regex>> =
        LazyLock::new(|| SENTENCES.iter().filter_map(|s| compile(s)).collect());
    let bare = ungreeted(sentence.trim());
    let found = PATTERNS.iter().find_map(|pattern| pattern.captures(bare))?;
    let name = found.name("name")?.as_str();
    let (name, email) = named(name)?;
    Some(Said {
        name,
        email,
        amount: found.name("amount")?.as_str().trim().to_owned(),
    })
}

fn compile(sentence: &str) -> Option<Regex> {
    let name_first = sentence.starts_with("{N}");
    let name = if name_first {
        r"(?P<name>[^\s].{0,140})"
    } else {
        r"(?P<name>[^\s].{0,140}?)"
    };
    let when = r"(?: (?:am|on|vom|le|il|op|el|em|dnia|dne|den) \d.*)?";
    let how = r"(?:,? (?:via|per|mit|with|using|através de|tramite|par|con|door) (?:SEPA|Bizum|Zelle|Wero|PayPal|TWINT|MB WAY|Echtzeit|Instant|Stripe|Klarna|iDEAL|Giropay|Pix)\b.*)?";
    let place = r"(?:,? (?:on|to|into|in|auf|sur|na|en|op|auf|w|a) (?:your|dein|ihr|votre|ton|tuo|tu|su|je|uw|seu|sua|twój|twoje|twoim|váš)\w*\b.*)?";
    let text = sentence
        .replace("{A}", &format!("(?P<amount>{})", amounts::pattern()))
        .replace("{N}", name);
    // The full stop behind a name may be the name's own (`B.V.`): it is looked at later.
    let end = if sentence.ends_with("{N}") {
        "!*"
    } else {
        "[.!]*"
    };
    RegexBuilder::new(&format!("^{text}{when}{how}{place}{end}$"))
        .case_insensitive(true)
        .size_limit(4 << 20)
        .build()
        .ok()
}

/// `Hallo Jana, ...`: the greeting before the sentence.
fn ungreeted(sentence: &str) -> &str {
    static GREETING: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:hallo|hi|hey|guten tag|liebe[r]?|dear|hello|bonjour|salut|ciao|gentile|buongiorno|hola|olá|oi|estimad[oa]|beste|geachte|witaj|cześć|dzień dobry|dobrý den|gute nachrichten|gute neuigkeiten|good news|bonne nouvelle|buone notizie|goed nieuws|buenas noticias)[^,!:.]{0,60}[,!:.] +").ok()
    });
    match GREETING.as_ref().and_then(|g| g.find(sentence)) {
        Some(greeting) => ungreeted_once(&sentence[greeting.end()..]),
        None => sentence,
    }
}

fn ungreeted_once(sentence: &str) -> &str {
    let low = sentence.to_lowercase();
    let news = [
        "gute nachrichten! ",
        "gute neuigkeiten! ",
        "good news! ",
        "good news: ",
        "bonne nouvelle ! ",
    ];
    let found = news
        .iter()
        .find(|n| low.starts_with(**n) && low.len() == sentence.len());
    found.map_or(sentence, |n| &sentence[n.len()..])
}

/// A payer's name without the sentence's full stop and an address in brackets. What holds an amount or a sentence is none.
fn named(text: &str) -> Option<(String, Option<String>)> {
    static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(.+?) ?[(<]([^\s()<>@]+@[^\s()<>@]+\.[^\s()<>@]+)[)>]$").ok()
    });
    let text = text
        .trim()
        .trim_matches(['"', '„', '“', '”', '»', '«'])
        .trim();
    let (name, email) = match EMAIL.as_ref()?.captures(text) {
        Some(found) => (
            found.get(1)?.as_str(),
            Some(found.get(2)?.as_str().to_owned()),
        ),
        None => (text, None),
    };
    let name = unstopped(name.trim());
    // A name that holds an amount may be a sentence of the payer's.
    let amount = amounts::all(name, None).is_none_or(|all| !all.is_empty());
    let odd = amount
        || name.contains(['€', '$', '£'])
        || name.contains(" | ")
        || name.contains(": ")
        || name.chars().count() > 100;
    (!name.is_empty() && !odd).then(|| (name.to_owned(), email))
}

/// Takes off the full stop of a sentence, not that of an abbreviation (`B.V.`, `Inc.`, `M.`, `e.K.`).
pub fn unstopped(name: &str) -> &str {
    let Some(bare) = name.strip_suffix('.') else {
        return name;
    };
    let last = bare.rsplit(' ').next().unwrap_or(bare);
    let abbreviated = last.contains('.')
        || last.chars().count() <= 1
        || ["V", "Inc", "Ltd", "Co", "Corp", "Jr", "Sr", "Bros"].contains(&last);
    if abbreviated { name } else { bare }
}

/// The sentences of a line: cut behind `.`, `!`, `?` before a capital, not behind an abbreviation.
pub fn sentences(line: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut start = 0;
    for (at, c) in line.char_indices() {
        if !".!?".contains(c) {
            continue;
        }
        let rest = &line[at + c.len_utf8()..];
        let mut next = rest.chars();
        let cut = next.next() == Some(' ') && next.next().is_some_and(char::is_uppercase);
        let word = line[start..at].rsplit(' ').next().unwrap_or_default();
        let ends = c != '.'
            || (word.chars().count() > 3 && !word.contains('.'))
            || word.ends_with(|c: char| c.is_ascii_digit() && word.contains([',', '.']));
        if cut && ends {
            all.push(line[start..=at].trim());
            start = at + c.len_utf8();
        }
    }
    all.push(line[start..].trim());
    all.retain(|s| !s.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_name_payer_and_amount() {
        for (text, name, amount) in [
            (
                "Sie haben CHF 50.00 von Urs M. erhalten.",
                "Urs M.",
                "CHF 50.00",
            ),
            (
                "Du hast 49,90 € von Sabine Müller erhalten",
                "Sabine Müller",
                "49,90 €",
            ),
            (
                "Hallo Lena, Paula Moser hat dir 1.284,00 € überwiesen.",
                "Paula Moser",
                "1.284,00 €",
            ),
            (
                "Sie haben eine Überweisung von Moser GmbH über 12,00 EUR erhalten.",
                "Moser GmbH",
                "12,00 EUR",
            ),
            (
                "Zahlungseingang: 1.284,00 € von Moser",
                "Moser",
                "1.284,00 €",
            ),
            (
                "You received €310.00 from Jansen B.V.",
                "Jansen B.V.",
                "€310.00",
            ),
            (
                "500.00 EUR from ACME LTD has arrived in your EUR balance.",
                "ACME LTD",
                "500.00 EUR",
            ),
            (
                "Vous avez reçu un virement de 87,50 € de Claire Dubois.",
                "Claire Dubois",
                "87,50 €",
            ),
            (
                "Hai ricevuto un bonifico di 120,00 EUR da Mario Rossi.",
                "Mario Rossi",
                "120,00 EUR",
            ),
            (
                "Has recibido un Bizum de 25,00 € de Juan Pérez.",
                "Juan Pérez",
                "25,00 €",
            ),
            (
                "Você recebeu um Pix de João Souza no valor de R$ 1.950,00.",
                "João Souza",
                "R$ 1.950,00",
            ),
            (
                "Otrzymałeś przelew na kwotę 120,50 PLN od Jan Kowalski.",
                "Jan Kowalski",
                "120,50 PLN",
            ),
            (
                "Je hebt € 31,00 ontvangen van Jansen B.V.",
                "Jansen B.V.",
                "€ 31,00",
            ),
        ] {
            let found = said(text);
            let got = found.as_ref().map(|s| (s.name.as_str(), s.amount.as_str()));
            assert_eq!(got, Some((name, amount)), "{text}");
        }
        assert_eq!(
            said("Sie haben 5 neue Nachrichten von Ihrer Bank erhalten."),
            None
        );
    }

    #[test]
    fn a_name_that_holds_a_sentence_moves_nothing() {
        let found = said("Anna hat dir 999,00 € überwiesen. X hat dir 1,00 € überwiesen.");
        assert!(found.is_none_or(|s| s.amount == "1,00 €"));
    }
}
