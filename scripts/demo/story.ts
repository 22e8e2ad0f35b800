/** What the year is made of. */
import type { ProjectCreate, TagCreate, TaskCreate } from '../../sdk/src/index.ts';

export const PROJECTS = {
  home: { name: 'Home', description: 'Everything that keeps the flat going.', color: '#3366cc' },
  work: { name: 'Website relaunch', description: 'New pages, new shop, old customers.', color: '#cc6633' },
  garden: { name: 'Garden', description: null, color: '#339966' },
  spanish: { name: 'Learn Spanish', description: 'For the trip in spring.', color: '#993366' },
  moving: { name: 'Move to the new flat', description: 'Done!', color: '#666666' },
} as const satisfies Readonly<Record<string, ProjectCreate>>;

export type ProjectName = keyof typeof PROJECTS;

export const TAGS: readonly TagCreate[] = [
  { name: 'errands', color: '#cc6633' },
  { name: 'phone', color: '#3366cc' },
  { name: 'deep work', color: '#333399' },
  { name: 'quick' },
  { name: 'family', color: '#cc3366' },
  { name: 'waiting', color: '#999999' },
];

/** A task without the day. */
export interface Idea {
  readonly title: string;
  readonly project?: ProjectName;
  readonly tags?: readonly string[];
  readonly priority?: TaskCreate['priority'];
  /** Wherever the user is then; with a zone, there. */
  readonly time?: string;
  readonly zone?: string;
  readonly steps?: readonly string[];
}

/** What comes back: in every week on the same day, from 0 for Monday. */
export const WEEKLY: readonly (Idea & { readonly day: number })[] = [
  { day: 1, title: 'Spanish lesson', project: 'spanish', time: '19:00', zone: 'Europe/Madrid' },
  { day: 2, title: 'Water the plants', project: 'garden', tags: ['quick'] },
  { day: 4, title: 'Send the status report', project: 'work', time: '16:00', priority: 'high' },
  { day: 5, title: 'Weekly shop', project: 'home', tags: ['errands'] },
  { day: 6, title: 'Call Mum', tags: ['phone', 'family'], time: '11:00' },
  { day: 6, title: 'Plan the week', time: '18:00' },
];

/** What comes back with the first of a month. */
export const MONTHLY: readonly Idea[] = [
  { title: 'Pay the rent', project: 'home', priority: 'urgent' },
  { title: 'Go through the bank statement', project: 'home', tags: ['quick'] },
];

/** Done on days of work. */
export const WORKDAYS: readonly [Idea, ...Idea[]] = [
  {
    title: 'Write the copy for a product page',
    project: 'work',
    tags: ['deep work'],
    steps: ['Ask sales what customers ask', 'Write a draft', 'Have it read'],
  },
  { title: 'Review the new checkout', project: 'work', tags: ['deep work'], priority: 'high' },
  { title: 'Answer the agency', project: 'work', tags: ['quick'] },
  {
    title: 'Test the shop on old phones',
    project: 'work',
    steps: ['Borrow the phones', 'Buy something with each', 'Write down what breaks'],
  },
  {
    title: 'Call with the hosting company',
    project: 'work',
    tags: ['phone'],
    time: '15:30',
    zone: 'America/New_York',
  },
  { title: 'Prepare the sprint review', project: 'work', time: '09:30' },
  { title: 'Sort the photos for the team page', project: 'work', priority: 'low' },
  { title: 'Chase the signed contract', project: 'work', tags: ['waiting', 'phone'] },
  { title: 'Repeat the irregular verbs', project: 'spanish', tags: ['quick'] },
  { title: 'Listen to a Spanish podcast', project: 'spanish', priority: 'low' },
  { title: 'Book a dentist’s appointment', tags: ['phone'] },
  { title: 'Take the parcel back', tags: ['errands'] },
];

/** Done at weekends. */
export const WEEKENDS: readonly [Idea, ...Idea[]] = [
  { title: 'Mow the lawn', project: 'garden' },
  { title: 'Repair the bicycle', priority: 'low', steps: ['Buy a tube', 'Change it', 'Oil the chain'] },
  { title: 'Buy a present for the birthday', tags: ['errands', 'family'], priority: 'medium' },
  { title: 'Clean the windows', project: 'home', priority: 'low' },
  {
    title: 'Build the raised bed',
    project: 'garden',
    steps: ['Measure', 'Buy the boards', 'Put them together', 'Fill in the earth'],
  },
  { title: 'Cook for the neighbours', tags: ['family'], time: '17:00' },
  { title: 'Tidy the cellar', project: 'home' },
];

/** Done in the first quarter of the year, before the project is put aside. */
export const MOVING: readonly [Idea, ...Idea[]] = [
  { title: 'Pack a room', project: 'moving', steps: ['Get boxes', 'Label them'] },
  { title: 'Tell the bank the new address', project: 'moving', tags: ['quick'] },
  { title: 'Call the electricity company', project: 'moving', tags: ['phone'], priority: 'high' },
  { title: 'Hand over the keys', project: 'moving', time: '10:00', priority: 'urgent' },
];

/** Wanted some time, on no day. */
export const SOMEDAY: readonly Idea[] = [
  { title: 'Read “Don Quijote”, in Spanish', project: 'spanish', priority: 'low' },
  { title: 'Find a place for the old piano', project: 'home', tags: ['waiting'] },
  { title: 'Think about a greenhouse', project: 'garden' },
];
