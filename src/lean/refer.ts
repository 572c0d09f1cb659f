import { show } from '#lib/platform/client/lean/show.ts';
import Refer from './Refer.svelte';

await show(Refer);
