import { calls, type Token } from './sqlText.ts';

/** What weights change; `min` and `max` they do not. */
const WEIGHED =
  /^(count|count_if|countif|count_star|sum|fsum|sumkahan|kahan_sum|avg|mean|favg|median|mode|quantile\w*|percentile_\w+|approx_quantile|approx_top_k|histogram|stddev\w*|std\w*|var\w*|skewness|kurtosis\w*|corr|covar_\w+|regr_\w+|entropy|reservoir_quantile)$/;
/** Shipped relations whose rows have a weight, or stand for rows that do. */
const SAMPLED = /^(?:store\.)?(?:all_)?(spans|llm_calls|traces|sessions|events|logs|messages)$/;

/** Whether SQL aggregates sampled rows as if each stood for itself. */
export function isUnweighted(list: readonly Token[], shipped: Iterable<string>): boolean {
  if (![...shipped].some((name) => SAMPLED.test(name))) return false;
  if (list.some((t) => /^(sample_weight|wquantile|wavg)$/.test(t.value.toLowerCase()) && t.kind !== 'string'))
    return false;
  return [...calls(list)].some((name) => WEIGHED.test(name));
}
