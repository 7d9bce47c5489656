//! The words by which money mails say what happened, in the languages of European banks. A word counts only as a whole.
//!
//! Knows no place in a mail: the caller takes payers and purposes out before it asks.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

/// What a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// Money came.
    In,
    /// Money went.
    Out,
    /// A payment went back.
    Returned,
    /// Money is announced, not there.
    Pending,
    /// Nothing moved, or a sum of many payments: failed, requested, disputed, paid out, advertised.
    Nothing,
    /// Somebody wants to be answered: such a mail is for the merchant's own eyes.
    Asks,
}

const IN: &str = r"zahlungseing[aä]nge?|geldeing[aä]nge?|eingangszahlung|gutschrift(?:en)?|gutschr|überweisungsgutschr\w*|gutgeschrieben|eingegangen|eingetroffen|erhaltener betrag|eingehende \w+|neue zahlung|einzahlung|(?:eine|neue|die) (?:\w+ )?(?:zahlung|überweisung|echtzeit-?überweisung)\b.{0,120}\b(?:erhalten|bekommen)|(?:sie haben|du hast|haben sie|hast du|habt ihr) .{0,120}\b(?:erhalten|bekommen)|hat (?:dir|ihnen|euch) .{0,60}\b(?:überwiesen|gesendet|geschickt|gezahlt|bezahlt)|geld erhalten|zahlung erhalten|überweisung erhalten|haben|payments? received|transfers? received|money received|(?:you|have|you've|you’ve|has) (?:just )?(?:received|got)|received (?:a|an) (?:\w+ ){0,2}(?:payment|transfer)|(?:sent|paid|transferred) you|incoming (?:payment|transfer|credit)|(?:has|have|was|were) (?:been )?(?:successfully )?(?:credited|deposited|added)|credited|credit advice|credit|has arrived|money in|deposit|(?:avez|as) (?:bien )?reçu|virements? reçus?|paiements? reçus?|reçus?|vous a (?:envoyé|versé|viré|payé|transféré)|crédité[es]?|encaissements?|crédit sur (?:votre|ton) compte|au crédit de|virement entrant|virement en votre faveur|hai ricevuto|ha ricevuto|avete ricevuto|bonifico (?:ricevuto|in entrata|a tuo favore|a suo favore)|pagamento ricevuto|ricevut[oa]|accredit\w+|ti ha (?:inviato|pagato|trasferito)|in entrata|ontvangen|bijgeschreven|bijschrijving|has recibido|ha recibido|han recibido|recibid[oa]s?|abono|abonad[oa]|ingreso|te ha (?:enviado|pagado|transferido)|recibiste|recebeu|recebid[oa]|recebemos|creditad[oa]|crédito|otrzymał[aeo]?[śmn]?\w*|otrzymano|wpływ\w*|uznanie|przychodząc[aey]|wpłynęł[aoy]|wpłata|příchozí|přijatá|přijali jste|přišla platba|přišla (?:vám )?platba|připsán[aoy]?|zvýšil[ao]?|příjem|obdrželi? jste|prichádzajúc[aei]|prijatá|prijatej|pripísan[áéý]|zvýšen[ýá]?|zvyseny|kredit";
const OUT: &str = r"belastung(?:en)?|belastet|abbuchung|abgebucht|überweisungsauftrag|(?:sie haben|du hast) .{0,120}\b(?:gesendet|überwiesen|bezahlt|gezahlt|geschickt|veranlasst)|überweisung (?:wurde )?ausgeführt|ausgeführt(?:e|er)? überweisung|ausgehende \w+|dauerauftrag|kartenzahlung|zahlungsausgang|geldausgang|geldabhebung|rückzahlung|rückerstattung|erstattung|soll|you (?:have |'ve )?(?:just )?(?:sent|paid|transferred|made|spent|refunded)|debited|debit|outgoing (?:payment|transfer)|payment sent|transfer sent|withdrawn|withdrawal|money out|purchase|card payment|your (?:payment|transfer) to|refund(?:ed)?|(?:avez|as) (?:envoyé|payé|viré|effectué|remboursé)|débité[es]?|prélèvement|virement (?:émis|sortant|envoyé)|paiement (?:par carte|envoyé)|remboursement|hai (?:inviato|pagato|effettuato|rimborsato)|addebit\w+|bonifico (?:inviato|in uscita|disposto|eseguito)|prelievo|rimborso|betaald aan|overgemaakt aan|afgeschreven|afschrijving|terugbetaling|has (?:enviado|pagado|realizado)|cargo|adeudo|transferencia (?:enviada|emitida|realizada)|reembolso|você (?:enviou|pagou)|enviaste|débito|debitad[oa]|obciążenie|wychodząc[aey]|wysłałe[śm]|wysłała[śm]|wysłano|wypłata gotówki|zwrot|odchozí|výdaj|snížil[ao]?|odeslan[aoáéý]\w*|odesláno|odchádzajúc[aei]|znížen[ýá]?|znizeny|debet";
const WEAK_OUT: &str = r"lastschrift|sepa-lastschrift|direct debit|domiciliation|incasso|domiciliación|polecenie zapłaty|inkaso";
const RETURNED: &str = r"rücklastschrift(?:en)?|zurückgebucht|rückbuchung|rückgabe|zurückgegeben|retoure|rückläufer|rücküberweisung|chargebacks?|charged back|(?:direct debit|payment|debit) (?:was |has been )?(?:returned|reversed)|returned (?:payment|direct debit|debit)|reversal|impayé|rejet de prélèvement|prélèvement (?:a été )?rejeté|rétrofacturation|insoluto|storno addebito|gestorneerd|storneringen?|teruggeboekt|terugboeking|(?:recibo|adeudo) devuelto|devolución de (?:recibo|adeudo)|contracargo|obciążenie zwrotne|vrácené inkaso";
const PENDING: &str = r"vorgemerkt|ausstehend|steht noch aus|noch nicht abgeschlossen|autorisiert|angekündigt|angekündigte \w+|wird (?:voraussichtlich )?.{0,40}gutgeschrieben|in bearbeitung|wartet auf|in prüfung|einbehalten|pending|authori[sz]ed|not yet (?:completed|available|cleared)|awaiting|on hold|under review|to deposit your money|en attente|autorisée?|en cours de traitement|in attesa|autorizzat[oa]|in sospeso|in behandeling|in afwachting|pendiente|retenid[oa]|pendente|oczekując\w+|w trakcie realizacji|čekající|čeká na|nezaúčtovan\w+";
const NOTHING: &str = r"fehlgeschlagen|gescheitert|abgelehnt|konnte nicht|konnten nicht|nicht (?:eingezogen|ausgeführt|autorisiert|erfolgreich)|storniert|abgelaufen|zurückgewiesen|failed|declined|was not|were not|could not|couldn't|unsuccessful|expired|cancell?ed|rejected|échoué[es]?|refusé[es]?|annulé[es]?|fallit[oa]|rifiutat[oa]|annullat[oa]|mislukt|geweigerd|geannuleerd|fallid[oa]|rechazad[oa]|cancelad[oa]|recusad[oa]|nieudan[aey]|odrzucon[aey]|anulowan[aey]|zamítnut[aáéoý]\w*|neúspěšn\w+|zrušen\w*|auszahlung(?:en)?|auszahlungsbericht|ausgezahlt|an (?:ihr|dein) bankkonto|payouts?|paid out|settlements?|disbursements?|to your bank(?: account)?|versements? (?:vers|sur)|vers votre (?:compte bancaire|banque)|uitbetalingen?|naar (?:je|uw) bankrekening|liquidación|a tu (?:banco|cuenta bancaria)|wypłat[ay] (?:na|środków)|sul tuo conto bancario|repasse|zahlungsanforderung|geldanforderung|zahlungsaufforderung|zahlungserinnerung|mahnung|fordert .{0,80}\ban|(?:is )?requesting|requested|requests|request|money request|invoice from|demande (?:de paiement|d'argent|de fonds)|richiesta di|richiede|betaalverzoek|solicitud|solicita|pedido de pagamento|prośba o|žádost o|einen fall|fall eröffnet|konfliktlösung|käuferbeschwerde|widerspruch|dispute[ds]?|opened a case|case opened|inquiry|litige|contestazione|disputa|geschil|startguthaben|prämie|gewinnspiel|rabatt|angebot|jetzt (?:aktivieren|eröffnen|sichern|beantragen)|newsletter|unsubscribe|abmelden|se désabonner|kontostandswecker|limit|unterschritten|überschritten|kreditrahmen|terminüberweisung|geplante \w+|scheduled|programmé|wunschkredit|ratenkredit";
const ASKS: &str = r"(?:jetzt|bitte) (?:bestätigen|verifizieren|freigeben|einloggen|anmelden|prüfen sie)|bestätigen sie|bestätige (?:deine|jetzt)|angehalten|gesperrt|eingefroren|verify your|verify now|confirm your|confirm now|confirm:|confirm (?:the|this) (?:payment|transfer|account)|suspended|locked|limited your account|click (?:here|below|the link)|hier klicken|klicken sie|log ?in (?:now|here|to)|cliquez ici|cliquez sur|confirmez|vérifiez votre|clicca qui|verifica il|klik hier|bevestig|haga clic|haz clic|verifique|confirme|kliknij|potwierdź|klikněte|potvrďte|tan eingeben|zugangsdaten|passwort";

/// All that a text says.
pub fn says(text: &str) -> BTreeSet<Says> {
    static CLASSES: LazyLock<Vec<(Says, Option<Regex>)>> = LazyLock::new(|| {
        [
            (Says::In, IN),
            (Says::Out, OUT),
            (Says::Returned, RETURNED),
            (Says::Pending, PENDING),
            (Says::Nothing, NOTHING),
            (Says::Asks, ASKS),
        ]
        .into_iter()
        .map(|(says, words)| (says, whole_words(words)))
        .collect()
    });
    let text = text.to_lowercase();
    let holds = |(says, pattern): &(Says, Option<Regex>)| {
        pattern
            .as_ref()
            .is_none_or(|p| p.is_match(&text))
            .then_some(*says)
    };
    let mut all: BTreeSet<Says> = CLASSES.iter().filter_map(holds).collect();
    // "Lastschrift" alone is a debit; beside "Gutschrift" it is the merchant's own collection.
    if all.is_empty() && weak_out(&text) {
        all.insert(Says::Out);
    }
    all
}

fn weak_out(text: &str) -> bool {
    static WEAK: LazyLock<Option<Regex>> = LazyLock::new(|| whole_words(WEAK_OUT));
    WEAK.as_ref().is_some_and(|p| p.is_match(text))
}

/// Words of balances, fees and limits: amounts beside them are no payment.
pub fn is_aside(text: &str) -> bool {
    static ASIDE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        whole_words(
            r"saldo|kontostand|verfügbar\w*|guthaben|gebühr(?:en)?|entgelte?|limit|freibetrag|balance|available|fees?|limit|solde|disponible|frais|saldo|commissioni?|spese|kosten|beschikbaar|comisión|comisiones|tarifa|taxa|opłata|prowizja|środki|zůstatek|zostatok|poplatek|mindestens|minimum|prämie|bonus",
        )
    });
    ASIDE
        .as_ref()
        .is_none_or(|p| p.is_match(&text.to_lowercase()))
}

/// Words of shops' mails about orders: their sender is no bank.
pub fn is_shop(text: &str) -> bool {
    static SHOP: LazyLock<Option<Regex>> = LazyLock::new(|| {
        whole_words(
            r"rechnungsadresse|lieferadresse|versandadresse|billing address|shipping address|versandkosten|zwischensumme|subtotal|sous-total|subtotale|subtotaal|warenkorb|(?:ihre|deine|der|ihrer|deiner) bestellung|your order|votre commande|il tuo ordine|je bestelling|tu pedido|thank you for your (?:order|purchase)|artikelnummer|stückpreis",
        )
    });
    SHOP.as_ref()
        .is_none_or(|p| p.is_match(&text.to_lowercase()))
}

/// Somebody writes about what he did himself.
pub fn is_personal(text: &str) -> bool {
    static PERSON: LazyLock<Option<Regex>> = LazyLock::new(|| {
        whole_words(
            r"ich habe|habe ich|hab ich|wir haben (?:die|ihre|den|heute|gestern|soeben|ihnen|am)|habe (?:heute|gestern|soeben|die|den)|i have|i've|i paid|we have (?:paid|transferred|sent)|j'ai|nous avons (?:payé|viré|effectué)|ho (?:pagato|effettuato)|ik heb|he (?:pagado|hecho|realizado)|fiz o|zapłaciłe?[am]m?|zaplatila? jsem|anbei|im anhang|attached",
        )
    });
    PERSON
        .as_ref()
        .is_none_or(|p| p.is_match(&text.to_lowercase()))
}

fn whole_words(words: &str) -> Option<Regex> {
    RegexBuilder::new(&format!(r"(?:^|[^\pL\pN])(?:{words})(?:[^\pL\pN]|$)"))
        .size_limit(8 << 20)
        .dfa_size_limit(8 << 20)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Option<Says> {
        match says(text).into_iter().collect::<Vec<_>>().as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    #[test]
    fn every_language_says_it() {
        for (text, expected) in [
            ("Zahlungseingang auf Ihrem Konto", Says::In),
            ("Sie haben eine Überweisung über 5,00 € erhalten", Says::In),
            ("You received a payment", Says::In),
            ("Vous avez reçu un virement", Says::In),
            ("Hai ricevuto un bonifico", Says::In),
            ("Je hebt een betaling ontvangen", Says::In),
            ("Has recibido una transferencia", Says::In),
            ("Você recebeu uma transferência", Says::In),
            ("Otrzymałeś przelew", Says::In),
            ("Příchozí platba", Says::In),
            ("Belastung Ihres Kontos", Says::Out),
            ("You sent a payment", Says::Out),
            ("SEPA-Lastschrift", Says::Out),
            ("Rücklastschrift", Says::Returned),
            ("Zahlung vorgemerkt", Says::Pending),
            ("Ihre Auszahlung ist unterwegs", Says::Nothing),
            ("Payment failed", Says::Nothing),
        ] {
            assert_eq!(only(text), Some(expected), "{text}: {:?}", says(text));
        }
        assert!(says("Guten Tag, Neuigkeiten").is_empty());
    }
}
