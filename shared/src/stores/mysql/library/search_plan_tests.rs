use super::*;
use crate::domain::search::Words;

fn lead(beginning: &str, words: &[(&str, u64)]) -> Lead {
    let words = words
        .iter()
        .map(|(word, photos)| ((*word).to_owned(), *photos));
    Lead { beginning: beginning.to_owned(), words: words.collect(), is_whole: true }
}

fn plan(leads: &[Lead]) -> Plan {
    let bounds = SearchBounds { lists: 2, few: 100, windows: [10, 100] };
    Plan::of(leads.to_vec(), &bounds)
}

#[test]
fn the_rarest_word_leads() {
    let lake = lead("lake", &[("lake", 5000), ("lakes", 10)]);
    let ferry = lead("ferry", &[("ferry", 700)]);
    let ferries = Plan::Lists(vec![("ferry".to_owned(), 700)]);
    assert_eq!(plan(&[lake.clone(), ferry.clone()]), ferries);
    assert_eq!(plan(&[lake.clone(), lead("zzz", &[]), ferry.clone()]), Plan::Nothing);
    let many = [("na", 1), ("ne", 2), ("no", 3)];
    assert_eq!(plan(&[lake.clone(), lead("n", &many)]), Plan::Few("n".to_owned()));
}

#[test]
fn a_beginning_of_too_many_words_leads_only_to_all_photos() {
    let broad = lead("s", &[("sa", 100), ("se", 200), ("so", 300)]);
    assert_eq!(plan(std::slice::from_ref(&broad)), Plan::Walk);
    let lake = lead("lake", &[("lake", 5000)]);
    assert_eq!(plan(&[broad.clone(), lake.clone()]), Plan::Lists(lake.words.clone()));
    let unknown = Lead { is_whole: false, ..broad };
    assert_eq!(plan(&[unknown]), Plan::Walk);
}

#[test]
fn the_first_beginning_of_each_word_is_compared_before_others() {
    let words = Words::try_from("東京タワー lake".to_owned()).expect("words");
    assert_eq!(beginnings(words.sought()), ["東京", "lake", "京た", "たわ", "わー"]);
}
