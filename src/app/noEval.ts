/** zod compiles its validators with `new Function` where it may. The page's policy forbids that, so it need not try. */
import { config } from 'zod';

config({ jitless: true });
