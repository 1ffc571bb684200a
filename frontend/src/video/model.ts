// What the gateway tells of cameras and recordings, and how it is put into words.

import { type Hass, call } from "../ha";
import { text } from "../texts";

export interface CameraView {
  serial: string;
  entity: string;
  name: string;
  device: string;
  is_connected: boolean;
  may_view: boolean;
  next_view_at: string | null;
  may_play: boolean;
  may_record: boolean;
  may_choose: boolean;
  recording: { reason: string; since: string } | null;
  watching: string[] | null;
}

export interface VideoView {
  cameras: CameraView[];
  revision: number;
}

export interface Clip {
  id: string;
  serial: string;
  entity: string;
  device: string;
  started_at: string;
  ended_at: string;
  bytes: number;
  reason: string;
  is_whole: boolean;
  may_delete: boolean;
  thumbnail: string;
}

export interface Clips {
  day: string;
  start: string;
  end: string;
  clips: Clip[];
  next: string | null;
}

/** Return the short-lived address of a picture or a film; throws a Refusal. */
export async function address(hass: Hass, fields: object): Promise<string> {
  return (await call<{ path: string }>(hass, "video_address", fields)).path;
}

/** Return how long something took, in signs that all languages of the page have. */
export function length(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return minutes ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** Return why a clip was recorded, and whether it ends early. */
export function reasonOf(hass: Hass, clip: Clip): string {
  const why = text(hass, clip.reason === "motion" ? "video.motion" : "video.asked");
  return clip.is_whole ? why : `${why}, ${text(hass, "video.cut")}`;
}

/** Return when a clip began, by the clock of the home. */
export function clock(hass: Hass, iso: string): string {
  return new Date(iso).toLocaleTimeString(hass.language, {
    timeZone: hass.config.time_zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

export function lasts(clip: Clip): number {
  return (Date.parse(clip.ended_at) - Date.parse(clip.started_at)) / 1000;
}
