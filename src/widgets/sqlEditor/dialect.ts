import { SQLDialect } from '@codemirror/lang-sql';

const KEYWORDS = `all alter analyze and anti any as asc asof at attach between both by case cast check checkpoint collate column
comment commit constraint copy create cross cube current database default delete desc describe detach distinct drop else end
escape except exclude execute exists explain export extension false fetch filter first following for force foreign from full
function glob group grouping groups having if ignore ilike import in index inner insert install intersect interval into is
isnull join key last lateral left like limit load local macro map materialized natural not notnull null nulls offset on only
or order outer over partition percent pivot pivot_longer pivot_wider positional preceding prepare primary qualify range
recursive references rename replace reset respect returning right rollback rollup row rows sample schema select semi
sequence set sets show similar some start summarize symmetric table tablesample temp temporary then ties to transaction
trailing true truncate try_cast unbounded union unique unpivot update use using values variable vacuum view virtual when
where window with within without`;

/** The library splits at single spaces. */
const words = (list: string) => list.replace(/\s+/g, ' ');

const TYPES = `array bigint bit bitstring blob bool boolean bytea char date datetime decimal double enum float float4 float8
hugeint int int1 int2 int4 int8 integer list long numeric real short smallint string struct text time timestamp timestamp_ms
timestamp_ns timestamp_s timestamptz tinyint ubigint uhugeint uinteger union usmallint utinyint uuid varchar varint`;

/** DuckDB's SQL as the editor colours it. */
export const duckdb = SQLDialect.define({
  keywords: words(KEYWORDS),
  types: words(TYPES),
  caseInsensitiveIdentifiers: true,
  doubleDollarQuotedStrings: true,
  operatorChars: '*+-%<>!=&|~^/@:',
  specialVar: '?$',
});
