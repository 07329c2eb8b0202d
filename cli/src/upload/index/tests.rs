use super::*;

const SUM: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn file(path: &[u8], modified: i64) -> FoundFile {
    let path = PathBuf::from(OsString::from_vec(path.to_vec()));
    FoundFile { path, root: 0, size: 3, modified, inode: u64::MAX }
}

fn plan(index: &Index, files: &[FoundFile]) -> Vec<PlannedFile> {
    index.begin_scan().expect("a scan");
    for file in files {
        index.add_scanned(file).expect("added");
    }
    index.make_plan().expect("a plan");
    index.batch(0, 100).expect("a batch")
}

#[test]
fn a_file_is_known_until_it_changes_whatever_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("inside").join("index.sqlite");
    let mut index = Index::open(&path).expect("an index");
    let odd = file(b"/a/\xff\n.jpg", 1);
    let planned = plan(&index, std::slice::from_ref(&odd));
    assert_eq!(planned[0].sha256, None);
    let summed = [(planned[0].clone(), SUM.to_owned())];
    index.keep_sums(&summed).expect("kept");
    assert_eq!(index.batch(0, 1).expect("a batch")[0].sha256.as_deref(), Some(SUM));
    drop(index);
    let index = Index::open(&path).expect("the index");
    let again = plan(&index, std::slice::from_ref(&odd));
    assert_eq!((&again[0].file, again[0].sha256.as_deref()), (&odd, Some(SUM)));
    let mut changed = [odd.clone(), odd.clone(), odd];
    changed[0].size += 1;
    changed[1].modified += 1;
    changed[2].inode -= 1;
    for file in changed {
        assert_eq!(plan(&index, &[file])[0].sha256, None);
    }
}

#[test]
fn the_oldest_comes_first_and_each_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let index = Index::open(&folder.path().join("index.sqlite")).expect("an index");
    let (new, old) = (file(b"/a.jpg", 20), file(b"/b.jpg", -5));
    let planned = plan(&index, &[new.clone(), old.clone(), new.clone()]);
    let files: Vec<_> = planned.iter().map(|planned| planned.file.clone()).collect();
    assert_eq!(files, [old, new]);
    assert_eq!(index.batch(planned[0].number, 100).expect("a batch").len(), 1);
}

#[test]
fn a_sending_is_begun_and_done_in_each_album() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut index = Index::open(&folder.path().join("index.sqlite")).expect("an index");
    let album: AlbumId = "album_01jd2w8h7kf3y9b6c5xq4m0ntz".parse().expect("an id");
    let other: AlbumId = "album_01jd2w8h7kf3y9b6c5xq4m0nt1".parse().expect("an id");
    assert_eq!(index.sending(SUM, &album).expect("a state"), Sending::Never);
    index.begin_sending(SUM, &album).expect("begun");
    assert_eq!(index.sending(SUM, &album).expect("a state"), Sending::Begun);
    index.finish_sending(SUM, &album).expect("done");
    assert_eq!(index.sending(SUM, &album).expect("a state"), Sending::Done);
    assert_eq!(index.sending(SUM, &other).expect("a state"), Sending::Never);
    index.begin_sending(SUM, &other).expect("begun");
    let sums = [SUM.to_owned(), "other".to_owned()];
    index.learn_sendings(&sums, &other).expect("learnt");
    assert_eq!(index.sending(SUM, &other).expect("a state"), Sending::Begun);
    assert_eq!(index.sending("other", &other).expect("a state"), Sending::Done);
}
