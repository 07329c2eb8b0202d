/** The API's own types, under the names that its document gives them. */

import type { components } from '#api';

type Schemas = components['schemas'];

export type Account = Schemas['Account'];
export type AccountWithUsage = Schemas['AccountWithUsage'];
export type Activity = Schemas['Activity'];
export type Album = Schemas['AlbumInList'];
export type AlbumForGuests = Schemas['AlbumForGuests'];
export type AlbumWithPhotos = Schemas['AlbumWithPhotos'];
export type BegunSecondFactor = Schemas['BegunSecondFactor'];
export type Camera = Schemas['Camera'];
export type Comment = Schemas['Comment'];
export type Cover = Schemas['Cover'];
export type CreationOptions = Schemas['PasskeyCreationOptions'];
export type Export = Schemas['Export'];
export type ExportWithParts = Schemas['ExportWithParts'];
export type FieldError = Schemas['FieldError'];
export type GuestPhoto = Schemas['GuestPhoto'];
export type Invitation = Schemas['Invitation'];
export type LinkedInvitation = Schemas['LinkedInvitation'];
export type MapCell = Schemas['MapCell'];
export type MapTiles = Schemas['MapTiles'];
export type Me = Schemas['Me'];
export type Media = Schemas['Media'];
export type Member = Schemas['Member'];
export type Month = Schemas['Month'];
export type NewShare = Schemas['NewShare'];
export type Passkey = Schemas['Passkey'];
export type Photo = Schemas['Photo'];
export type PhotoWithMedia = Schemas['PhotoWithMedia'];
export type Place = Schemas['Place'];
export type Problem = Schemas['Problem'];
export type ReceivedInvitation = Schemas['ReceivedInvitation'];
export type Rendition = Schemas['Rendition'];
export type RequestOptions = Schemas['PasskeyRequestOptions'];
export type Role = Schemas['Role'];
export type SentInvitation = Schemas['SentInvitation'];
export type SentSignUpInvitation = Schemas['SentSignUpInvitation'];
export type Session = Schemas['Session'];
export type Share = Schemas['Share'];
export type SharedAlbum = Schemas['SharedAlbum'];
export type SignUp = Schemas['SignUp'];
export type SignUpInvitation = Schemas['SignUpInvitation'];
export type Statistics = Schemas['Statistics'];
export type TagWithCount = Schemas['TagWithCount'];
export type Trashed = Schemas['Trashed'];

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  next?: string | null;
  media?: Media | null;
}
