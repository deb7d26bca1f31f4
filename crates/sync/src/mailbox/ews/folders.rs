//! The folders of the mailbox.

use super::EwsMailbox;
use crate::mailbox::{Call, Door};
use crate::places::{Here, Links};
use crate::round::Stop;
use crate::trail::Trail;
use crate::{Env, Failure};
use mxs_core::Kind;
use mxs_ews::{BATCH_MAX, Distinguished, Folder, FolderId, FolderKind, find_folder, get_folder};
use mxs_graph::Place;
use mxs_graph::task_lists::ListId;
use mxs_http::HttpPort;
use std::collections::BTreeSet;

/// The most pages of the list of folders, at five hundred folders each.
const PAGES_MAX: u32 = 100;

/// How deep folders may lie in each other.
const DEPTH_MAX: usize = 300;

/// What is to be known of the folders.
pub(super) struct Folders {
    /// The default folder of the kind.
    pub(super) default: String,
    /// Deleted Items.
    bin: String,
    /// All there are.
    all: Vec<Folder>,
}

impl Folders {
    /// Whether a folder is Deleted Items, or inside of it.
    pub(super) fn is_in_bin(&self, folder: &str) -> bool {
        let parent = |id: &str| self.all.iter().find(|folder| folder.id == id).map(|folder| folder.parent.as_str());
        let mut above = std::iter::successors(Some(folder), |id| parent(id)).take(DEPTH_MAX);
        above.any(|id| id == self.bin)
    }

    /// Those in which an item of a kind may be.
    pub(super) fn of(&self, kind: Kind) -> Vec<String> {
        let holds = |folder: &&Folder| folder.kind == kind_of(kind) || self.is_in_bin(&folder.id);
        let mut folders: BTreeSet<String> = self.all.iter().filter(holds).map(|folder| folder.id.clone()).collect();
        folders.extend([self.default.clone(), self.bin.clone()]);
        folders.into_iter().collect()
    }

    /// Whether a folder is one of these places.
    pub(super) fn is_among(&self, places: &[Place], folder: &str) -> bool {
        places.iter().any(|place| place.folder().unwrap_or(&self.default) == folder)
    }
}

/// The folder of a place.
pub(super) fn folder_of(place: &Place) -> FolderId {
    match place {
        Place::Calendar { id: None, .. } => FolderId::Distinguished(Distinguished::Calendar),
        Place::Contacts => FolderId::Distinguished(Distinguished::Contacts),
        Place::Calendar { id: Some(id), .. } | Place::ContactFolder(id) => FolderId::Id(id.clone()),
        Place::TaskList(id) => FolderId::Id(id.as_str().to_owned()),
    }
}

const fn kind_of(kind: Kind) -> FolderKind {
    match kind {
        Kind::Contact => FolderKind::Contacts,
        Kind::Task => FolderKind::Tasks,
        Kind::Event => FolderKind::Calendar,
    }
}

const fn default_of(kind: Kind) -> Distinguished {
    match kind {
        Kind::Contact => Distinguished::Contacts,
        Kind::Task => Distinguished::Tasks,
        Kind::Event => Distinguished::Calendar,
    }
}

impl<P: HttpPort> EwsMailbox<'_, P> {
    /// Reads which folders there are.
    pub(super) async fn folders<E: Env>(&self, call: &Call<'_, E>) -> Result<Folders, Stop> {
        let known = [default_of(call.kind), Distinguished::DeletedItems];
        let request = |asked: &[Distinguished]| get_folder::request(&self.session, &ids(asked));
        let parse = |response: &_, asked: &[Distinguished]| get_folder::parse(response, &ids(asked));
        let mut found = Vec::new();
        for folder in self.read_each(&call.patience, (&known, BATCH_MAX), request, parse).await? {
            found.push(folder.map_err(|error| Stop::Failed(error.failure()))?.id);
        }
        let [default, bin] = <[String; 2]>::try_from(found).map_err(|_| Stop::Failed(Failure::MicrosoftAnswer))?;
        let top = FolderId::Distinguished(Distinguished::Top);
        let (mut all, mut offset, mut trail) = (Vec::new(), 0, Trail::default());
        for _ in 0..PAGES_MAX {
            trail.step(&offset.to_string(), Failure::MicrosoftAnswer)?;
            let request = find_folder::request(&self.session, &top, offset);
            let page = call.patience.must_read(self.port, &request, find_folder::parse).await?;
            all.extend(page.folders);
            match page.next {
                Some(next) => offset = next,
                None => return Ok(Folders { default, bin, all }),
            }
        }
        Err(Stop::Failed(Failure::MicrosoftAnswer))
    }

    /// The default folder of tasks, and every other that nobody has deleted.
    pub(super) async fn find_task_lists<E: Env>(&self, call: &Call<'_, E>, known: &Links) -> Result<Here, Stop> {
        let folders = self.folders(call).await?;
        let mut own: BTreeSet<String> = folders.of(Kind::Task).into_iter().collect();
        own.retain(|id| !folders.is_in_bin(id));
        let list = |id: &String| Door::Ews.key(&Place::TaskList(ListId::new(id.clone())));
        let lists = list(&String::new());
        let before = known.keys().filter_map(|key| key.strip_prefix(lists.as_str()));
        let lost = before.filter(|id| !own.contains(*id)).map(str::to_owned).collect();
        own.remove(&folders.default);
        let lists = std::iter::once(folders.default).chain(own);
        let places = lists.map(|id| Place::TaskList(ListId::new(id))).collect();
        Ok(Here { places, links: Links::new(), lost })
    }
}

fn ids(folders: &[Distinguished]) -> Vec<FolderId> {
    folders.iter().copied().map(FolderId::Distinguished).collect()
}
