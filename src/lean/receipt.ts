import ReceiptPage from '#lib/grants/ui/ReceiptPage.svelte';
import { show } from '#lib/platform/client/lean/show.ts';

await show(ReceiptPage);
