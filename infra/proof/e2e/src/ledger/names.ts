/** Wanted by many at once: one gets the slug, the others a variation of it. */
export const everybodysName = 'Engines';

interface GoodName {
  name: string;
  /** What its slug begins with. Read off the name by a person where it has a Latin letter or digit; a hash where it has none. */
  slug: string;
}

/** Names that a workspace gets, in many scripts. */
export const goodNames: readonly GoodName[] = [
  { name: everybodysName, slug: 'engines' },
  { name: 'Analytical Engines', slug: 'analytical-engines' },
  { name: 'Łódź Weavers', slug: 'lodz-weavers' },
  { name: 'Crème brûlée & Co.', slug: 'creme-brulee-co' },
  { name: 'Straßenbahn', slug: 'strassenbahn' },
  { name: 'Ångström', slug: 'angstrom' },
  { name: 'Þórður Ærø', slug: 'thordur-aero' },
  { name: 'Phở Hà Nội', slug: 'pho-ha-noi' },
  { name: 'Ｔｏｋｙｏ 東京', slug: 'tokyo' },
  { name: '<b>Bold</b> & "quoted"', slug: 'b-bold-b-quoted' },
  { name: "O'Brien's Café", slug: 'obriens-cafe' },
  { name: 'ﬁne ℡', slug: 'fine-tel' },
  { name: 'Администрация', slug: 'workspace-8e2a5dc6' },
  { name: '東京', slug: 'workspace-130016b2' },
  { name: 'مختبر', slug: 'workspace-9dbdc49b' },
  { name: 'מעבדה', slug: 'workspace-8541845a' },
  { name: 'प्रयोगशाला', slug: 'workspace-4c2824c8' },
  { name: 'ห้องทดลอง', slug: 'workspace-ded638d0' },
  { name: '실험실', slug: 'workspace-a49d9f5e' },
  { name: '🚀🌊', slug: 'workspace-55878c17' },
];

/** Names that nobody gets, in the spellings somebody might try. */
export const reservedNames: readonly string[] = [
  'admin',
  'Ádmin',
  'ADMIN',
  'ａｄｍｉｎ',
  'www',
  'Support',
  '"Billing!"',
  'API',
];
/** For whoever has no luck twice. */
export const anotherReservedName = 'Webmaster';

export const isReserved = (name: string) => name === anotherReservedName || reservedNames.includes(name);

/** Whether a workspace of this name may have this slug: the name's own, or one made different because that was taken. */
export function slugFits(name: string, slug: string, workspaceId: string): boolean {
  const own = goodNames.find((good) => good.name === name)?.slug ?? readOff(name);
  return (
    own !== undefined && ['', '-2', '-3', '-4', '-5', `-${workspaceId.slice(0, 8)}`].some((end) => slug === own + end)
  );
}

/** Plain words need no list. */
const readOff = (name: string) =>
  /^[a-z0-9]+( [a-z0-9]+)*$/i.test(name) ? name.toLowerCase().replaceAll(' ', '-') : undefined;
