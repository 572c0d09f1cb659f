import { mount } from 'svelte';
import LeanRoot from '#lib/platform/client/lean/LeanRoot.svelte';
import Apply from './Apply.svelte';

mount(LeanRoot, { target: document.body, props: { content: Apply } });
