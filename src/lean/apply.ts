import { show } from '#lib/platform/client/lean/show.ts';
import Apply from './Apply.svelte';

await show(Apply);
