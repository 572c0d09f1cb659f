import type { Language } from '#lib/platform/i18n/language.ts';

/** What somebody who does not exist would write. Every application ends by saying so. */
export interface Situation {
	readonly need: string;
	/** In whole euros. */
	readonly amount: number;
	readonly cost: Readonly<Record<Language, string>>;
	readonly text: Readonly<Record<Language, string>>;
}

export const madeUp: Readonly<Record<Language, string>> = {
	en: 'Made up for a demonstration.',
	es: 'Inventado para una demostración.',
	fr: 'Inventé pour une démonstration.',
	ar: 'نص مختلق لغرض العرض.'
};

export const situations: readonly Situation[] = [
	{
		need: 'safety', amount: 2400,
		cost: { en: 'Rent and food for two months elsewhere', es: 'Alquiler y comida de dos meses en otro lugar', fr: 'Loyer et repas de deux mois ailleurs', ar: 'إيجار وطعام لشهرين في مكان آخر' },
		text: {
			en: 'Since we published the list of evictions, a car without plates waits before the house each night. We want to sleep elsewhere until the hearing in six weeks.',
			es: 'Desde que publicamos la lista de desalojos, un coche sin matrícula espera cada noche ante la casa. Queremos dormir en otro lugar hasta la audiencia, dentro de seis semanas.',
			fr: 'Depuis que nous avons publié la liste des expulsions, une voiture sans plaques attend chaque nuit devant la maison. Nous voulons dormir ailleurs jusqu’à l’audience, dans six semaines.',
			ar: 'منذ أن نشرنا قائمة عمليات الإخلاء تقف كل ليلة سيارة بلا لوحات أمام البيت. نريد المبيت في مكان آخر حتى الجلسة بعد ستة أسابيع.'
		}
	},
	{
		need: 'legal', amount: 1800,
		cost: { en: 'Bail and a lawyer', es: 'Fianza y abogacía', fr: 'Caution et avocat', ar: 'كفالة ومحامٍ' },
		text: {
			en: 'Two of us were held at the river protest and are charged with blocking a road. The court has set bail, and the lawyer who helps us asks for her travel only.',
			es: 'Detuvieron a dos de nosotras en la protesta del río y nos acusan de cortar un camino. El juzgado fijó fianza, y la abogada que nos ayuda pide solo su viaje.',
			fr: 'Deux d’entre nous ont été arrêtés lors de la marche au bord du fleuve et sont poursuivis pour entrave à la circulation. Une caution est fixée, et l’avocate ne demande que son voyage.',
			ar: 'احتُجز اثنان منا في احتجاج النهر ووُجهت إليهما تهمة قطع الطريق. حددت المحكمة كفالة، والمحامية التي تساعدنا لا تطلب سوى أجرة سفرها.'
		}
	},
	{
		need: 'health', amount: 950,
		cost: { en: 'Treatment and medicine', es: 'Tratamiento y medicinas', fr: 'Soins et médicaments', ar: 'علاج وأدوية' },
		text: {
			en: 'After four days in a cell my hand does not close. The hospital here asks for my papers, and I do not want to show them. A doctor in the next town would treat me.',
			es: 'Tras cuatro días en una celda no puedo cerrar la mano. El hospital de aquí pide mis papeles y no quiero mostrarlos. Un médico del pueblo vecino me atendería.',
			fr: 'Après quatre jours en cellule, ma main ne se ferme plus. L’hôpital d’ici demande mes papiers et je ne veux pas les montrer. Un médecin de la ville voisine me soignerait.',
			ar: 'بعد أربعة أيام في الزنزانة لا أستطيع أن أغلق يدي. يطلب المستشفى هنا أوراقي ولا أريد إظهارها. وهناك طبيب في البلدة المجاورة مستعد لعلاجي.'
		}
	},
	{
		need: 'protection', amount: 1300,
		cost: { en: 'Locks, a camera and two telephones', es: 'Cerraduras, una cámara y dos teléfonos', fr: 'Serrures, une caméra et deux téléphones', ar: 'أقفال وكاميرا وهاتفان' },
		text: {
			en: 'Our office was opened at night and only the computer with the testimonies is gone. We need locks, and telephones that were never in that office.',
			es: 'Abrieron nuestra oficina de noche y solo falta el ordenador con los testimonios. Necesitamos cerraduras y teléfonos que nunca hayan estado en esa oficina.',
			fr: 'Notre bureau a été ouvert de nuit, et seul manque l’ordinateur des témoignages. Il nous faut des serrures, et des téléphones qui n’ont jamais été dans ce bureau.',
			ar: 'فُتح مكتبنا ليلًا ولم يُفقد سوى الحاسوب الذي فيه الشهادات. نحتاج إلى أقفال وإلى هواتف لم تدخل ذلك المكتب قط.'
		}
	},
	{
		need: 'family', amount: 1100,
		cost: { en: 'School and rent for the family', es: 'Escuela y alquiler de la familia', fr: 'École et loyer de la famille', ar: 'مدرسة وإيجار للعائلة' },
		text: {
			en: 'My sister is in prison for her reports on the mine. I care for her children, and since her name was in the newspaper I have lost my work.',
			es: 'Mi hermana está presa por sus informes sobre la mina. Cuido a sus hijos, y desde que su nombre salió en el periódico perdí mi trabajo.',
			fr: 'Ma sœur est en prison pour ses rapports sur la mine. Je m’occupe de ses enfants, et depuis que son nom a paru dans le journal j’ai perdu mon travail.',
			ar: 'أختي في السجن بسبب تقاريرها عن المنجم. أرعى أولادها، ومنذ أن نُشر اسمها في الصحيفة فقدت عملي.'
		}
	},
	{
		need: 'safety', amount: 3200,
		cost: { en: 'Travel of three persons and a room', es: 'Viaje de tres personas y una habitación', fr: 'Voyage de trois personnes et une chambre', ar: 'سفر ثلاثة أشخاص وغرفة' },
		text: {
			en: 'We recorded how votes were counted in our district. Now our names are read out on the radio. Three of us want to leave for the time of the inquiry.',
			es: 'Documentamos cómo se contaron los votos en nuestro distrito. Ahora leen nuestros nombres en la radio. Tres queremos salir mientras dure la investigación.',
			fr: 'Nous avons noté comment les voix ont été comptées dans notre district. Maintenant nos noms sont lus à la radio. Trois d’entre nous veulent partir le temps de l’enquête.',
			ar: 'وثّقنا كيف فُرزت الأصوات في دائرتنا، والآن تُقرأ أسماؤنا في الإذاعة. يريد ثلاثة منا المغادرة ما دام التحقيق جاريًا.'
		}
	},
	{
		need: 'legal', amount: 700,
		cost: { en: 'Fine and court fees', es: 'Multa y costas', fr: 'Amende et frais de justice', ar: 'غرامة ورسوم المحكمة' },
		text: {
			en: 'The association was fined because its register was kept by hand. If the fine is not paid within the month it is struck off, and with it the shelter.',
			es: 'Multaron a la asociación porque llevaba su registro a mano. Si no se paga este mes la disuelven, y con ella el refugio.',
			fr: 'L’association a reçu une amende parce que son registre était tenu à la main. Sans paiement dans le mois elle est dissoute, et le refuge avec elle.',
			ar: 'غُرّمت الجمعية لأن سجلها يُكتب باليد. وإن لم تُدفع الغرامة خلال الشهر شُطبت، وشُطب معها الملجأ.'
		}
	},
	{
		need: 'health', amount: 600,
		cost: { en: 'Twelve talks with a psychologist', es: 'Doce sesiones con una psicóloga', fr: 'Douze séances avec une psychologue', ar: 'اثنتا عشرة جلسة مع طبيبة نفسية' },
		text: {
			en: 'For three years I have taken the testimonies of mothers. I no longer sleep. I want to go on with the work, and for that I need somebody to talk to.',
			es: 'Desde hace tres años tomo los testimonios de las madres. Ya no duermo. Quiero seguir con el trabajo, y para eso necesito hablar con alguien.',
			fr: 'Depuis trois ans je recueille les témoignages des mères. Je ne dors plus. Je veux continuer ce travail, et pour cela il me faut quelqu’un à qui parler.',
			ar: 'منذ ثلاث سنوات أجمع شهادات الأمهات ولم أعد أنام. أريد أن أواصل العمل، ولذلك أحتاج إلى من أتحدث إليه.'
		}
	},
	{
		need: 'protection', amount: 450,
		cost: { en: 'A guide on foot and a radio', es: 'Un guía a pie y una radio', fr: 'Un guide à pied et une radio', ar: 'دليل وجهاز لاسلكي' },
		text: {
			en: 'Our village guards the forest and there is no network on the upper path. Two were followed there last week. A radio would let us call one another.',
			es: 'Nuestro pueblo cuida el bosque y en el sendero de arriba no hay red. La semana pasada siguieron allí a dos. Con una radio podríamos llamarnos.',
			fr: 'Notre village garde la forêt et il n’y a pas de réseau sur le sentier du haut. Deux personnes y ont été suivies la semaine dernière. Une radio nous permettrait de nous appeler.',
			ar: 'تحرس قريتنا الغابة ولا شبكة على الدرب العلوي. لوحق اثنان هناك الأسبوع الماضي. جهاز لاسلكي يتيح لنا أن ينادي بعضنا بعضًا.'
		}
	},
	{
		need: 'other', amount: 1500,
		cost: { en: 'A copy of the archive in another country', es: 'Una copia del archivo en otro país', fr: 'Une copie des archives dans un autre pays', ar: 'نسخة من الأرشيف في بلد آخر' },
		text: {
			en: 'We keep twenty years of case files on paper. The new law lets them search without a warrant. We want to copy what would harm witnesses, and to burn the rest with their consent.',
			es: 'Guardamos veinte años de expedientes en papel. La nueva ley permite registrar sin orden. Queremos copiar lo que dañaría a testigos y quemar el resto con su acuerdo.',
			fr: 'Nous gardons vingt ans de dossiers sur papier. La nouvelle loi permet de fouiller sans mandat. Nous voulons copier ce qui nuirait aux témoins et brûler le reste avec leur accord.',
			ar: 'نحفظ ملفات عشرين عامًا على الورق، والقانون الجديد يجيز التفتيش بلا أمر قضائي. نريد نسخ ما قد يضر بالشهود وإتلاف الباقي بموافقتهم.'
		}
	}
];
