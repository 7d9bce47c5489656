//! The judgement: which of the `Authentication-Results` fields count, and whether together they prove the From.
//!
//! RFC 8601 5 asks servers to remove fields that bear their own name; not all do. So only what a sender cannot have put
//! there counts: from the top, the first field of a listed host; further fields only of hosts that are known to write
//! one method each, and of every method only its first result. ARC, Received-SPF, Sender and their like are no evidence.

use super::align::{aligned, domain_of};
use super::results::{self, Clause, Results};
use crate::mail::head::Head;

/// What the fields of the receiving server say about a From domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// No listed host said anything.
    NoVerdict(String),
    /// Proven by DMARC or an aligned signature.
    Proven {
        /// By this authserv-id.
        host: String,
        /// How.
        why: String,
    },
    /// Only the sending server is proven (SPF).
    SpfOnly(String),
    /// Contradicted.
    Failed(String),
    /// The host could not tell.
    Open(String),
}

/// Hosts that write one method per field, in a block; of any other host only the first field counts.
fn writes_blocks(host: &str) -> bool {
    host == "strato.com" || host.ends_with(".messagingengine.com")
}

/// Hosts whose own fields hold `dkim` only: any other method in them is a stranger's.
fn writes_dkim_only(host: &str) -> bool {
    matches!(host, "gmx.net" | "web.de" | "mail.com")
}

/// Judges. With `skip_foreign` fields of unlisted hosts above are passed over (trying a mail without configuration);
/// else nothing counts below a foreign field.
pub(super) fn judge(head: &Head, hosts: &[String], domain: &str, skip_foreign: bool) -> Judgement {
    let (host, fields) = match block(head, hosts, skip_foreign) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let clauses = |method: &str| -> Option<Vec<&Clause>> {
        if writes_dkim_only(&host) && method != "dkim" {
            return None;
        }
        fields.iter().find_map(|field| {
            let of: Vec<&Clause> = field
                .clauses
                .iter()
                .filter(|c| c.method == method)
                .collect();
            (!of.is_empty()).then_some(of)
        })
    };
    weigh(
        &host,
        domain,
        clauses("dmarc"),
        clauses("dkim"),
        clauses("spf"),
    )
}

fn block(
    head: &Head,
    hosts: &[String],
    skip_foreign: bool,
) -> Result<(String, Vec<Results>), Judgement> {
    let mut found: Option<(String, Vec<Results>)> = None;
    for field in &head.fields {
        if !field.name.eq_ignore_ascii_case("authentication-results") {
            match found {
                Some(_) => break,
                None => continue,
            }
        }
        let results = match (results::parse(field.value.trim()), &found) {
            (Ok(results), _) => results,
            (Err(why), None) if !skip_foreign => {
                return Err(Judgement::NoVerdict(format!(
                    "the first Authentication-Results field is not readable: {why}"
                )));
            }
            (Err(_), None) if !names_host(&field.value, hosts) => continue,
            (Err(why), _) => {
                return Err(Judgement::Open(format!(
                    "the Authentication-Results of the receiving server are not readable: {why}"
                )));
            }
        };
        match &mut found {
            Some((host, fields)) if *host == results.host => fields.push(results),
            Some(_) => break,
            None if hosts.iter().any(|h| h.eq_ignore_ascii_case(&results.host)) => {
                found = Some((results.host.clone(), vec![results]));
            }
            None if skip_foreign => continue,
            None => {
                return Err(Judgement::NoVerdict(format!(
                    "the topmost Authentication-Results are of {}, which is not a listed host",
                    results.host
                )));
            }
        }
        if found.as_ref().is_some_and(|(host, _)| !writes_blocks(host)) {
            break;
        }
    }
    found.ok_or_else(|| {
        Judgement::NoVerdict("there are no Authentication-Results of a listed host".into())
    })
}

fn names_host(value: &str, hosts: &[String]) -> bool {
    let id = value.trim_start().split([' ', '\t', ';', '(']).next();
    id.is_some_and(|id| hosts.iter().any(|h| h.eq_ignore_ascii_case(id)))
}

/// One result of a method: that of all its clauses, `two results` if they differ.
fn result<'a>(clauses: &Option<Vec<&'a Clause>>) -> Option<&'a str> {
    let clauses = clauses.as_ref()?;
    let first = clauses.first()?;
    let agree = clauses.iter().all(|c| c.result == first.result);
    Some(if agree { &first.result } else { "two results" })
}

fn signed_for(clause: &Clause, domain: &str) -> bool {
    let d = clause.property("header.d").map(domain_of);
    let i = clause.property("header.i").map(domain_of);
    match (d, i) {
        (Some(Some(d)), None) => aligned(domain, d),
        (None, Some(Some(i))) => aligned(domain, i),
        // RFC 6376 3.5: the domain of i= is d= or below it.
        (Some(Some(d)), Some(Some(i))) => aligned(domain, d) && aligned(d, i),
        _ => false,
    }
}

fn weigh(
    host: &str,
    domain: &str,
    dmarc: Option<Vec<&Clause>>,
    dkim: Option<Vec<&Clause>>,
    spf: Option<Vec<&Clause>>,
) -> Judgement {
    let says = |what: String| format!("{host} says {what}");
    let proven = |what: String| Judgement::Proven {
        host: host.to_owned(),
        why: says(what),
    };
    let any = |clauses: &Option<Vec<&Clause>>, test: &dyn Fn(&Clause) -> bool| {
        clauses.iter().flatten().any(|clause| test(clause))
    };
    let dkim_passed = result(&dkim) == Some("pass");
    let dkim_fits = dkim_passed && any(&dkim, &|c| signed_for(c, domain));
    let spf_fits = result(&spf) == Some("pass")
        && any(&spf, &|c| {
            let from = c.property("smtp.mailfrom").and_then(domain_of);
            from.is_some_and(|from| aligned(domain, from))
        });
    match result(&dmarc) {
        Some("pass") => {
            let same = any(&dmarc, &|c| {
                c.property("header.from")
                    .and_then(domain_of)
                    .is_some_and(|from| from.eq_ignore_ascii_case(domain))
            });
            if !same {
                return Judgement::Failed(says(format!("dmarc=pass, but not for {domain}")));
            }
            // RFC 7489 4.2: a pass needs an aligned signature or an aligned SPF pass.
            if dkim.is_some() && spf.is_some() && !dkim_fits && !spf_fits {
                return Judgement::Failed(says(
                    "dmarc=pass, which its dkim and spf contradict".into(),
                ));
            }
            return proven(format!("dmarc=pass for {domain}"));
        }
        Some("temperror") => return Judgement::Open(says("dmarc=temperror".into())),
        Some(bad @ ("fail" | "reject" | "quarantine" | "permerror" | "two results")) => {
            return Judgement::Failed(says(format!("dmarc={bad}")));
        }
        // `none`, Exim's `skipped`, Microsoft's `bestguesspass`, a word unknown to us (RFC 8601 2.7.1: ignored):
        // the server did not judge by DMARC, so the signature is looked at.
        None | Some(_) => {}
    }
    weigh_without_dmarc(
        host,
        domain,
        (result(&dkim), dkim_fits),
        (result(&spf), spf_fits),
    )
}

/// The host gave no DMARC verdict: what its other results say, each with whether it speaks for the From domain.
fn weigh_without_dmarc(
    host: &str,
    domain: &str,
    (dkim, dkim_fits): (Option<&str>, bool),
    (spf, spf_fits): (Option<&str>, bool),
) -> Judgement {
    let says = |what: String| format!("{host} says {what}");
    if dkim_fits {
        return Judgement::Proven {
            host: host.to_owned(),
            why: says(format!("dkim=pass for {domain}")),
        };
    }
    if spf_fits && !matches!(dkim, Some("fail")) {
        return Judgement::SpfOnly(says(format!("only spf=pass for {domain}, no signature")));
    }
    match (dkim, spf) {
        (Some("pass"), _) => {
            Judgement::Failed(says(format!("the mail is signed, but not by {domain}")))
        }
        (Some(bad @ ("fail" | "permerror" | "two results")), _) => {
            Judgement::Failed(says(format!("dkim={bad}")))
        }
        (_, Some(bad @ ("fail" | "softfail" | "two results"))) => {
            Judgement::Failed(says(format!("spf={bad}")))
        }
        (_, Some("pass")) => Judgement::Failed(says(format!("spf=pass, but not for {domain}"))),
        _ => Judgement::Open(says(format!("nothing that proves {domain}"))),
    }
}
