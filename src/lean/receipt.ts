import { mount } from 'svelte';
import ReceiptPage from '#lib/grants/ui/ReceiptPage.svelte';
import LeanRoot from '#lib/platform/client/lean/LeanRoot.svelte';

mount(LeanRoot, { target: document.body, props: { content: ReceiptPage } });
